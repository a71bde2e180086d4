package io.tenantdatasource.cli;

import io.tenantdatasource.policy.SchemaPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Says how each table would be protected, and what cannot be told. Changes nothing.")
final class PlanCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @Mixin
    private DatabaseOptions database;

    @Mixin
    private DeclarationOptions declaration;

    private enum Format {
        TEXT,
        JSON,
        SVG,
        SQL
    }

    @Option(names = "--format", paramLabel = "<format>", description = "${COMPLETION-CANDIDATES}; TEXT by default.")
    private Format format = Format.TEXT;

    @Option(names = "--json", description = "The same as --format JSON.")
    private boolean json;

    @Option(
            names = "--for",
            paramLabel = "<tool>",
            description = "Write migrations for ${COMPLETION-CANDIDATES} to --folder.")
    private MigrationFiles.Tool tool;

    @Option(names = "--folder", paramLabel = "<folder>", description = "Where to write migrations: ${DEFAULT-VALUE}.")
    private Path folder = Path.of(".");

    @Override
    public Integer call() throws SQLException, IOException {
        SchemaPlan plan = declaration.declared().plan(database.open());
        command.commandLine().getOut().print(text(plan));
        command.commandLine().getOut().flush();
        if (tool != null) {
            new MigrationFiles(plan, tool)
                    .write(folder)
                    .forEach(file -> command.commandLine().getErr().println(file));
        }
        return plan.open().isEmpty() ? 0 : Main.FOUND;
    }

    private String painted(SchemaPlan plan) {
        Paint paint = Paint.of(command);
        return plan.text()
                .lines()
                .map(line -> line.startsWith("OPEN ")
                        ? paint.red(line)
                        : line.startsWith("Schema ") && plan.open().isEmpty() ? paint.green(line) : line)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private String text(SchemaPlan plan) {
        return switch (json ? Format.JSON : format) {
            case TEXT -> painted(plan);
            case JSON -> plan.json();
            case SVG -> plan.svg();
            case SQL -> plan.sql();
        };
    }
}
