package io.tenantdatasource.cli;

import io.tenantdatasource.test.isolation.IsolationMatrix;
import io.tenantdatasource.test.isolation.IsolationReport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "prove",
        mixinStandardHelpOptions = true,
        description = {
            "Tries what tenants must not do with each other's rows, in every table, view and function, as every role.",
            "All of it is one transaction that is rolled back, but it takes locks: run it on a copy of the database, as a superuser."
        })
final class ProveCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @Mixin
    private DatabaseOptions database;

    @Mixin
    private DeclarationOptions declaration;

    @Option(
            names = "--organization-column",
            paramLabel = "<name>",
            description =
                    "What the column for the organization is called, where tables have one: that of --column, or organization_id.")
    private String organizationColumn;

    @Option(names = "--trusting-roles", split = ",", paramLabel = "<role>", description = "Who is meant to see all.")
    private List<String> trustingRoles = List.of();

    @Option(names = "--html", paramLabel = "<file>", description = "Write the whole matrix as a page, too.")
    private Path html;

    @Option(
            names = "--scripts",
            paramLabel = "<folder>",
            description =
                    "Write a script for each cell in which something got through: it shows the rows, and is rolled back.")
    private Path scripts;

    @Override
    public Integer call() {
        IsolationReport report = IsolationMatrix.of(database.open())
                .organizationSetting(declaration.organizationSetting())
                .organizationColumn(organizationColumn == null ? declaration.organizationColumn() : organizationColumn)
                .global(labels(declaration.global()))
                .members(labels(declaration.members()))
                .trustingRoles(trustingRoles.toArray(String[]::new))
                .run();
        command.commandLine().getOut().println(painted(report));
        if (html != null) {
            report.writeHtml(html);
        }
        if (scripts != null) {
            report.writeScripts(scripts).forEach(command.commandLine().getOut()::println);
        }
        return report.isolates() ? 0 : Main.FOUND;
    }

    private String painted(IsolationReport report) {
        Paint paint = Paint.of(command);
        String text = report.toString();
        int summary = text.indexOf("\n\n");
        return text.substring(0, summary)
                + text.substring(summary)
                        .lines()
                        .map(report.isolates() ? paint::green : paint::red)
                        .collect(Collectors.joining("\n", "\n", ""));
    }

    private String[] labels(List<String> tables) {
        return tables.stream()
                .map(table -> declaration.schema().equals("public") ? table : declaration.schema() + "." + table)
                .toArray(String[]::new);
    }
}
