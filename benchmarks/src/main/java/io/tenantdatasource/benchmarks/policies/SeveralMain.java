package io.tenantdatasource.benchmarks.policies;

import io.tenantdatasource.benchmarks.policies.SeveralComparison.Ratio;
import io.tenantdatasource.benchmarks.policies.ShapesComparison.ShapesSizes;
import io.tenantdatasource.test.PostgresServer;
import io.tenantdatasource.test.TestDatabase;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command for tenants that read several organizations: options in, a table out. */
@Command(
        name = "several",
        mixinStandardHelpOptions = true,
        usageHelpWidth = 90,
        description = {
            "Measures what policies cost that ask for any of several organizations: as a ratio to the same query of who reads one"
                    + " organization, under policies that ask for one."
        },
        exitCodeOnExecutionException = Main.NOT_MEASURED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Measured, and all gave the right rows.",
            "1:Some gave other rows.",
            "3:It could not be measured."
        })
public final class SeveralMain implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--organizations", defaultValue = "1000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int organizations;

    @Option(names = "--rows", defaultValue = "200000", description = "In each table (default: ${DEFAULT-VALUE}).")
    private int rows;

    @Option(names = "--rounds", defaultValue = "5", description = "How often, in turns (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--millis", defaultValue = "300", description = "How long in one turn (default: ${DEFAULT-VALUE}).")
    private int millis;

    private SeveralMain() {}

    /**
     * Runs the command and exits with its code.
     *
     * @param arguments the options
     */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new SeveralMain());
    }

    @Override
    public Integer call() throws SQLException {
        PrintWriter out = spec.commandLine().getOut();
        try (TestDatabase database = TestDatabase.create()) {
            List<Ratio> ratios = new SeveralComparison(
                            database, new ShapesSizes(organizations, rows, rounds, millis), new Progress(out))
                    .run();
            print(out, ratios);
            return ratios.stream().allMatch(Ratio::rightRows) ? Main.SAME_ROWS : Main.OTHER_ROWS;
        } finally {
            PostgresServer.shared().stop();
        }
    }

    private static void print(PrintWriter out, List<Ratio> ratios) {
        out.println();
        out.printf("| %-22s |", "");
        for (int organizations : SeveralComparison.READERS) {
            out.printf(" %18s |", organizations == 1 ? "one" : organizations + " organizations");
        }
        for (SeveralQuery query : SeveralQuery.values()) {
            out.printf("%n| %-22s |", query.label());
            ratios.stream()
                    .filter(ratio -> ratio.query() == query)
                    .forEach(ratio -> out.printf(
                            " %18s |",
                            Numbers.threeDigits(ratio.millis()) + " (" + Numbers.hundredths(ratio.ratio()) + ")"
                                    + (ratio.rightRows() ? "" : " OTHER ROWS")));
        }
        out.println();
        out.flush();
    }
}
