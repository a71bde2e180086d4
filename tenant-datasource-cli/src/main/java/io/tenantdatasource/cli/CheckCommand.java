package io.tenantdatasource.cli;

import io.tenantdatasource.policy.SchemaPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    @Override
    public Integer call() throws SQLException, IOException {
        if (writeBaseline && baseline == null) {
            throw new ParameterException(command.commandLine(), "--write-baseline needs --baseline <file>");
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
        return Stream.concat(
                        plan.open().entrySet().stream()
                                .map(open -> new Finding(
                                        Finding.Rule.OPEN_QUESTION, open.getKey() + ": " + open.getValue())),
                        plan.drift(owner).stream()
                                .map(difference -> new Finding(Finding.Rule.NOT_AS_PLANNED, difference)))
                .toList();
    }

    private String text(List<Finding> findings) {
        return switch (json ? Format.JSON : format) {
            case TEXT -> findings.stream().map(finding -> finding.line() + "\n").collect(Collectors.joining());
            case JSON -> Finding.json(findings);
            case SARIF -> Finding.sarif(findings);
        };
    }
}
