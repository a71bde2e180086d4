package io.tenantdatasource.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * Row-level security for a whole schema, from the command line.
 *
 * <p>Exit codes: 0 all is as it should be; 1 the database or the plan says no; 2 the command line is wrong; 3 something was
 * found, such as an open question, a difference from the plan or a cell that fails.
 */
@Command(
        name = "tenant-datasource",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Row-level security for a whole PostgreSQL schema: plan it, apply it, prove it.",
            "",
            "What the organizations are, and which tables are everybody's, is said by options, or by a file of them: @tenants.txt."
                    + " The password comes from PGPASSWORD or from the password file of PostgreSQL, never from the command line."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all is as it should be",
            "1:the database says no",
            "2:the command line is wrong",
            "3:something was found: an open question, a difference, a cell that fails"
        },
        subcommands = {
            PlanCommand.class,
            ApplyCommand.class,
            UndoCommand.class,
            DriftCommand.class,
            ProveCommand.class,
            CheckCommand.class
        })
public final class Main {

    static final int FOUND = 3;

    @Spec
    private CommandSpec command;

    private Main() {}

    /** Also of the errors that the rest of the command line has. */
    @Option(
            names = "--no-color",
            scope = ScopeType.INHERIT,
            description = "No colours. There are none where the output is no terminal, or NO_COLOR is set.")
    void withoutColours(boolean said) {
        if (said) {
            command.commandLine().setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        }
    }

    /**
     * Runs a command, and ends the JVM with its exit code.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.exit(run(
                Ansi.AUTO, new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8), args));
    }

    static int run(Ansi ansi, PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new Main())
                .setColorScheme(CommandLine.Help.defaultColorScheme(ansi))
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println(command.getColorScheme().errorText(String.valueOf(failure.getMessage())));
                    if (failure instanceof IllegalArgumentException) {
                        return command.getCommandSpec().exitCodeOnInvalidInput();
                    }
                    if (failure instanceof SQLException
                            || failure instanceof IOException
                            || failure instanceof IllegalStateException) {
                        return command.getCommandSpec().exitCodeOnExecutionException();
                    }
                    throw failure;
                })
                .execute(args);
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"tenant-datasource " + (version == null ? "(not from its jar)" : version)};
        }
    }
}
