package io.tenantdatasource.benchmarks.policies;

import io.tenantdatasource.benchmarks.policies.ShapesComparison.Ratio;
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

/** The command for the shapes of a whole schema: options in, a table out. */
@Command(
        name = "shapes",
        mixinStandardHelpOptions = true,
        usageHelpWidth = 90,
        description = {
            "Measures what the policies of SchemaPolicies cost, by how far a table is from the one that names its"
                    + " organization: as a ratio to the same query without row security that names the organization itself."
        },
        exitCodeOnExecutionException = Main.NOT_MEASURED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Measured, and both gave the same rows.",
            "1:They gave other rows.",
            "3:It could not be measured."
        })
public final class ShapesMain implements Callable<Integer> {

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

    private ShapesMain() {}

    /**
     * Runs the command and exits with its code.
     *
     * @param arguments the options
     */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new ShapesMain());
    }

    @Override
    public Integer call() throws SQLException {
        PrintWriter out = spec.commandLine().getOut();
        try (TestDatabase database = TestDatabase.create()) {
            List<Ratio> ratios = new ShapesComparison(
                            database, new ShapesSizes(organizations, rows, rounds, millis), new Progress(out))
                    .run();
            print(out, ratios);
            return ratios.stream().allMatch(Ratio::sameRows) ? Main.SAME_ROWS : Main.OTHER_ROWS;
        } finally {
            PostgresServer.shared().stop();
        }
    }

    private static void print(PrintWriter out, List<Ratio> ratios) {
        out.println();
        out.printf("| %-20s |", "");
        for (ShapeQuery query : ShapeQuery.values()) {
            out.printf(" %18s |", query.label());
        }
        for (Shape shape : Shape.values()) {
            out.printf("%n| %-20s |", shape.label());
            ratios.stream()
                    .filter(ratio -> ratio.shape() == shape)
                    .forEach(ratio -> out.printf(
                            " %18s |",
                            Numbers.threeDigits(ratio.millis()) + " (" + Numbers.ratio(ratio.ratio()) + ")"
                                    + (ratio.sameRows() ? "" : " OTHER ROWS")));
        }
        out.println();
        out.flush();
    }
}
