package io.tenantdatasource.cli;

import io.tenantdatasource.check.DatabaseCheck;
import io.tenantdatasource.policy.SchemaPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Fails where anything is open or not as planned, for a build. Changes nothing in the database.")
final class CheckCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @Mixin
    private DatabaseOptions database;

    @Mixin
    private DeclarationOptions declaration;

    private enum Format {
        TEXT,
        JSON,
        SARIF
    }

    @Option(names = "--format", paramLabel = "<format>", description = "${COMPLETION-CANDIDATES}; TEXT by default.")
    private Format format = Format.TEXT;

    @Option(names = "--json", description = "The same as --format JSON.")
    private boolean json;

    @Option(
            names = "--baseline",
            paramLabel = "<file>",
            description = "What is known already, a line each: only what is not in it is told.")
    private Path baseline;

    @Option(names = "--write-baseline", description = "Writes what is found to --baseline, and fails for none of it.")
    private boolean writeBaseline;

    @Option(
            names = "--as",
            paramLabel = "<role>",
            description = "Whom the application logs in as: what row security does not do for them is told, too.")
    private String role;

    @Option(
            names = "--assume-role",
            paramLabel = "<role>",
            description = "The role that its connections assume, if any.")
    private String assumedRole;

    @Override
    public Integer call() throws SQLException, IOException {
        if (writeBaseline && baseline == null) {
            throw new ParameterException(command.commandLine(), "--write-baseline needs --baseline <file>");
        }
        if (assumedRole != null && role == null) {
            throw new ParameterException(command.commandLine(), "--assume-role needs --as <role>, who assumes it");
        }
        List<Finding> found = findings();
        if (writeBaseline) {
            Files.writeString(
                    baseline,
                    found.stream().map(finding -> finding.line() + "\n").collect(Collectors.joining()));
            return 0;
        }
        List<String> known = baseline == null ? List.of() : Files.readAllLines(baseline);
        List<Finding> unknown = found.stream()
                .filter(finding -> !known.contains(finding.line()))
                .toList();
        command.commandLine().getOut().print(text(unknown));
        command.commandLine().getOut().flush();
        return unknown.isEmpty() ? 0 : Main.FOUND;
    }

    private List<Finding> findings() throws SQLException {
        DataSource owner = database.open();
        SchemaPlan plan = declaration.declared().plan(owner);
        List<Finding> findings = new ArrayList<>();
        plan.open().forEach((table, question) -> findings.add(Finding.of(Finding.OPEN_QUESTION, table, question)));
        for (String difference : plan.drift(owner)) {
            String[] parts = difference.split(": ", 2);
            findings.add(Finding.of(Finding.NOT_AS_PLANNED, parts[0], parts[1]));
        }
        if (role != null) {
            databaseCheck().run(owner).stream().flatMap(Finding::of).forEach(findings::add);
        }
        return findings;
    }

    private DatabaseCheck databaseCheck() {
        DatabaseCheck check =
                DatabaseCheck.of(declaration.organizationSetting()).loggedInAs(role);
        return assumedRole == null ? check : check.assuming(assumedRole);
    }

    private String text(List<Finding> findings) {
        return switch (json ? Format.JSON : format) {
            case TEXT -> Finding.text(findings, Paint.of(command));
            case JSON -> Finding.json(findings);
            case SARIF -> Finding.sarif(findings);
        };
    }
}
