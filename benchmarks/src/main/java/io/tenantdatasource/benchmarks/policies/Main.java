package io.tenantdatasource.benchmarks.policies;

import io.tenantdatasource.test.PostgresServer;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command: options in, exit code out. */
@Command(
        name = "policies",
        usageHelpWidth = 90,
        sortOptions = false,
        description = {
            "Measures what the policies of SessionPolicies cost, as a ratio to the same query on a table without row"
                    + " security that names the organization itself. One organization has 5 %% of all users and"
                    + " sessions.",
            ""
        },
        exitCodeOnExecutionException = Main.NOT_MEASURED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Measured, and every table gave each query as many rows as the one without row security.",
            "1:At least one table gave more rows, or fewer.",
            "2:An option is wrong.",
            "3:It could not be measured, for the reason that it gives."
        })
public final class Main implements Callable<Integer> {

    static final int SAME_ROWS = 0;
    static final int OTHER_ROWS = 1;
    static final int NOT_MEASURED = 3;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--organizations",
            paramLabel = "<count>",
            defaultValue = "10000",
            description = "How many organizations (default: ${DEFAULT-VALUE}).")
    private int organizations;

    @Option(
            names = "--users",
            paramLabel = "<count>",
            defaultValue = "200000",
            description = "How many users they have in all (default: ${DEFAULT-VALUE}).")
    private int users;

    @Option(
            names = "--sessions",
            paramLabel = "<count>",
            defaultValue = "1000000",
            description = "How many sessions these have (default: ${DEFAULT-VALUE}).")
    private int sessions;

    @Option(
            names = "--rounds",
            paramLabel = "<count>",
            defaultValue = "5",
            description = "How often each query is measured on each table, in turns (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--millis",
            paramLabel = "<count>",
            defaultValue = "300",
            description = "For how long it is repeated in one turn (default: ${DEFAULT-VALUE}).")
    private int millis;

    @Option(names = "--review", description = "Measures the policy of the review that this project grew from as well.")
    private boolean review;

    @Option(
            names = "--json",
            paramLabel = "<file>",
            defaultValue = "${sys:benchmarks.policies.result:-policies.json}",
            description = "Where all numbers go (default: target/policies.json of this module).")
    private Path json;

    @Option(names = "--svg", paramLabel = "<file>", description = "Where to draw the ratios.")
    private Path svg;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    @SuppressWarnings("unused") // by this class; picocli looks at the annotation alone
    private boolean help;

    private Main() {}

    /**
     * Runs the command and exits with its code.
     *
     * @param arguments the options
     */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main());
    }

    @Override
    public Integer call() throws IOException, SQLException {
        Sizes sizes = sizes();
        Results results;
        try (TestDatabase database = TestDatabase.create()) {
            results = new Comparison(
                            database,
                            protections(),
                            new Progress(spec.commandLine().getOut()))
                    .run(sizes);
        } finally {
            PostgresServer.shared().stop();
        }
        report(results);
        return results.showTheSameRows() ? SAME_ROWS : OTHER_ROWS;
    }

    private List<Protection> protections() {
        List<Protection> protections = new ArrayList<>(List.of(Protection.values()));
        if (!review) {
            protections.remove(Protection.REVIEW);
        }
        return protections;
    }

    private Sizes sizes() {
        requireAtLeast("--organizations", 2, organizations);
        requireAtLeast("--users", Sizes.ONE_OF_LARGE_IN, users);
        requireAtLeast("--sessions", users, sessions);
        requireAtLeast("--rounds", 1, rounds);
        requireAtLeast("--millis", 1, millis);
        return new Sizes(organizations, users, sessions, rounds, millis);
    }

    private void requireAtLeast(String option, int least, int value) {
        if (value < least) {
            throw new ParameterException(
                    spec.commandLine(), option + " is " + value + ", but has to be " + least + " or more.");
        }
    }

    private void report(Results results) throws IOException {
        new TextTable(results).print(spec.commandLine().getOut());
        write(json, new Json(results).text());
        if (svg != null) {
            write(svg, new BarChart(results).text());
        }
    }

    private void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        spec.commandLine().getOut().println("Written: " + file.toAbsolutePath());
    }
}
