package io.tenantdatasource.cli;

import io.tenantdatasource.policy.SchemaPlan;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description = "Protects the tables, one after the other. It can be stopped anywhere and run again.")
final class ApplyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @Mixin
    private DatabaseOptions database;

    @Mixin
    private DeclarationOptions declaration;

    @Override
    public Integer call() throws SQLException {
        PrintWriter out = command.commandLine().getOut();
        DataSource owner = database.open();
        SchemaPlan plan = declaration.declared().plan(owner);
        plan.apply(owner);
        Paint paint = Paint.of(command);
        out.println(paint.green(plan.protectedTables().size() + " tables are protected"));
        plan.open().forEach((table, question) -> out.println(paint.red("OPEN " + table + ": " + question)));
        return plan.open().isEmpty() ? 0 : Main.FOUND;
    }
}
