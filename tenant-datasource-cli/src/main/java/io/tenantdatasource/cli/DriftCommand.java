package io.tenantdatasource.cli;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "drift",
        mixinStandardHelpOptions = true,
        description =
                "Says what differs from what apply would leave: a table without policies, a changed one. Changes nothing.")
final class DriftCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @Mixin
    private DatabaseOptions database;

    @Mixin
    private DeclarationOptions declaration;

    @Override
    public Integer call() throws SQLException {
        DataSource owner = database.open();
        List<String> drift = declaration.declared().plan(owner).drift(owner);
        Paint paint = Paint.of(command);
        drift.forEach(difference -> command.commandLine().getOut().println(paint.red(difference)));
        return drift.isEmpty() ? 0 : Main.FOUND;
    }
}
