package io.tenantdatasource.benchmarks.load;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How long operations took, by percentiles, as a table that Markdown shows as such. */
final class LatencyTable {

    static final List<Double> PERCENTILES = List.of(50.0, 90.0, 99.0, 99.9, 100.0);

    private final LoadResult result;

    LatencyTable(LoadResult result) {
        this.result = result;
    }

    void print(PrintWriter out) {
        out.println("| ms | operations | a second | "
                + PERCENTILES.stream().map(LatencyTable::label).collect(Collectors.joining(" | ")) + " |");
        out.println("|---|--:|--:|" + "--:|".repeat(PERCENTILES.size()));
        for (Way way : Way.values()) {
            out.println(line(way));
        }
        out.printf(
                Locale.ROOT,
                "%nHeap in use after each round: %s MB.%n",
                result.heap().stream()
                        .map(bytes -> String.valueOf(bytes / 1_000_000))
                        .collect(Collectors.joining(", ")));
    }

    private String line(Way way) {
        Tally tally = result.tallies().get(way);
        return String.format(
                Locale.ROOT,
                "| %s | %,d | %,.0f | %s |",
                way.label(),
                tally.operations(),
                result.perSecond(way),
                PERCENTILES.stream()
                        .map(percentile -> millis(tally, percentile))
                        .collect(Collectors.joining(" | ")));
    }

    static String label(double percentile) {
        return percentile == 100
                ? "max"
                : String.format(Locale.ROOT, "%s %%", percentile).replace(".0 ", " ");
    }

    private static String millis(Tally tally, double percentile) {
        return String.format(Locale.ROOT, "%.1f", tally.micros().getValueAtPercentile(percentile) / 1000.0);
    }
}
