package io.tenantdatasource.cli;

import io.tenantdatasource.policy.SchemaPlan;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "undo",
        mixinStandardHelpOptions = true,
        description = "Takes back what apply did. Tables that had no row security before are open again.")
final class UndoCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @Mixin
    private DatabaseOptions database;

    @Mixin
    private DeclarationOptions declaration;

    @Option(
            names = "--yes",
            description =
                    "Has to be said: tables that had no row security before show every organization's rows again.")
    private boolean yes;

    @Override
    public Integer call() throws SQLException {
        if (!yes) {
            throw new ParameterException(
                    command.commandLine(),
                    "tables that had no row security before will show every organization's rows again: say --yes if that is meant");
        }
        DataSource owner = database.open();
        SchemaPlan plan = declaration.declared().plan(owner);
        plan.undo(owner);
        command.commandLine()
                .getOut()
                .println("What was done to " + plan.protectedTables().size() + " tables is taken back");
        return 0;
    }
}
