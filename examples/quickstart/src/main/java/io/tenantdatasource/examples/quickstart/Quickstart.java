package io.tenantdatasource.examples.quickstart;

import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command: options in, exit code out. */
@Command(
        name = "quickstart",
        usageHelpWidth = 90,
        sortOptions = false,
        description = {
            "Shows sessions being read and deleted across organizations, applies tenant-datasource, and shows the same"
                    + " again. Runs on an embedded PostgreSQL unless --url names another one.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Each organization saw its own rows, all of them, and no others.",
            "1:At least one foreign row was seen, or one of the own rows was not.",
            "2:An option is wrong.",
            "3:The demo could not be run to its end, for the reason that it gives."
        })
public final class Quickstart implements Callable<Integer> {

    static final int ISOLATED = 0;
    static final int NOT_ISOLATED = 1;
    static final int WRONG_OPTION = 2;
    static final int NOT_RUN = 3;

    /** Held, for the level of a logger that nobody holds is forgotten. */
    private static final Logger DRIVER_LOG = Logger.getLogger("org.postgresql");

    private final Migration migration;

    @Spec
    private CommandSpec spec;

    @ArgGroup(exclusive = false)
    private OwnServerOptions ownServer;

    @Option(
            names = "--sessions",
            paramLabel = "<count>",
            defaultValue = "40000",
            description = "How many sessions to create, for a tenth as many users (default: ${DEFAULT-VALUE}).")
    private int sessions;

    @Option(
            names = "--threads",
            paramLabel = "<count>",
            defaultValue = "48",
            description = "How many threads switch tenants at the end (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--seconds",
            paramLabel = "<count>",
            defaultValue = "5",
            description = "For how long they do (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    @SuppressWarnings("unused") // by this class; picocli looks at the annotation alone
    private boolean help;

    private Quickstart(Migration migration) {
        this.migration = migration;
    }

    /**
     * Runs the demo and exits with its code.
     *
     * @param arguments the options
     */
    public static void main(String[] arguments) {
        int exitCode;
        try (Interruption interruption = Interruption.ofThisThread()) {
            exitCode = commandLine(Migration.bundled()).execute(arguments);
        }
        System.exit(exitCode);
    }

    static CommandLine commandLine(Migration migration) {
        // The driver warns of a strange URL by repeating it, password and all.
        DRIVER_LOG.setLevel(Level.OFF);
        return new CommandLine(new Quickstart(migration))
                .setParameterExceptionHandler((e, arguments) -> {
                    e.getCommandLine().getErr().println(Sentence.of(e) + " (--help lists the options.)");
                    return WRONG_OPTION;
                })
                .setExecutionExceptionHandler((e, commandLine, result) -> {
                    explain(e, commandLine);
                    return NOT_RUN;
                });
    }

    private static void explain(Exception problem, CommandLine commandLine) {
        if (problem instanceof InterruptedException || Thread.interrupted()) {
            commandLine.getErr().println("Interrupted.");
        } else if (problem instanceof QuickstartException) {
            commandLine.getErr().println(Sentence.of(problem));
        } else if (problem instanceof SQLException) {
            commandLine.getErr().println("PostgreSQL said: " + Sentence.of(problem));
        } else {
            problem.printStackTrace(commandLine.getErr());
        }
        for (Throwable further : problem.getSuppressed()) {
            commandLine.getErr().println(Sentence.of(further));
        }
    }

    @Override
    public Integer call() throws QuickstartException, SQLException, InterruptedException {
        Demo demo = new Demo(new Report(spec.commandLine().getOut()), migration, sizes());
        try (Server server = server()) {
            return demo.run(server) ? ISOLATED : NOT_ISOLATED;
        }
    }

    private Sizes sizes() {
        requireAtLeast("--sessions", SampleData.fewestSessions(), sessions);
        requireAtLeast("--threads", 1, threads);
        requireAtLeast("--seconds", 1, seconds);
        return new Sizes(sessions, threads, seconds);
    }

    private void requireAtLeast(String option, int least, int value) {
        if (value < least) {
            throw new ParameterException(
                    spec.commandLine(), option + " is " + value + ", but has to be " + least + " or more.");
        }
    }

    private Server server() throws QuickstartException, SQLException {
        if (ownServer == null) {
            return EmbeddedServer.start();
        }
        OwnServer server = addressed(ownServer);
        server.requireUsable();
        return server;
    }

    private OwnServer addressed(OwnServerOptions options) {
        try {
            return OwnServer.at(options.url, options.user, options.passwordOrNull());
        } catch (IllegalArgumentException e) {
            // The driver's message repeats the URL, which may hold a password.
            throw new ParameterException(
                    spec.commandLine(), "--url has to look like jdbc:postgresql://host:5432/database.");
        }
    }

    /** Where one's own PostgreSQL is. */
    private static final class OwnServerOptions {

        @Option(
                names = "--url",
                required = true,
                paramLabel = "<jdbc url>",
                description = "Runs on this PostgreSQL instead, in a schema and with two roles that are removed again:"
                        + " jdbc:postgresql://host:5432/database")
        private String url;

        @Option(
                names = "--user",
                paramLabel = "<name>",
                description = "Who connects there; needs CREATE on the database, and CREATEROLE.")
        private String user;

        @Option(
                names = "--password",
                paramLabel = "<password>",
                arity = "0..1",
                interactive = true,
                prompt = "Password: ",
                description =
                        "That user's password; asked for if left empty, and taken from PGPASSWORD without this option.")
        private char[] password;

        private String passwordOrNull() {
            return Optional.ofNullable(password).map(String::new).orElse(System.getenv("PGPASSWORD"));
        }
    }
}
