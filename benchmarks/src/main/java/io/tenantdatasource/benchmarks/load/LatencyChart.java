package io.tenantdatasource.benchmarks.load;

import io.tenantdatasource.benchmarks.Svg;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The same as bars on a logarithmic scale, a group for each percentile. */
final class LatencyChart {

    private static final String TITLE = "How long operations take under load";

    private static final int WIDTH = 760;
    private static final int LEFT = 70;
    private static final int RIGHT = 80;
    private static final int TOP = 84;
    private static final int BAR = 16;
    private static final int GAP = 14;
    private static final double GROUP = Way.values().length * (double) BAR + GAP;

    private static final Map<Way, String> COLORS =
            Map.of(Way.RAW, "#888888", Way.CHECKOUT, "#2f8fd0", Way.TRANSACTION, "#009e73");

    private final LoadResult result;
    private final Svg svg = new Svg();

    LatencyChart(LoadResult result) {
        this.result = result;
    }

    String text() {
        Sizes sizes = result.sizes();
        svg.text(20, 28, "font-size=\"16\" font-weight=\"bold\"", TITLE);
        svg.text(
                20,
                48,
                "fill=\"#59636e\"",
                String.format(
                        Locale.ROOT,
                        "milliseconds, by percentile; %,d %sthreads, %,d tenants, %d connections, %,d operations a second",
                        sizes.threads(),
                        sizes.areVirtual() ? "virtual " : "",
                        sizes.tenants(),
                        sizes.connections(),
                        sizes.rate()));
        legend();
        List<Double> percentiles = LatencyTable.PERCENTILES;
        for (int i = 0; i < percentiles.size(); i++) {
            double top = TOP + i * GROUP;
            svg.text(20, top + BAR * 1.8, "", LatencyTable.label(percentiles.get(i)));
            double below = top;
            for (Way way : Way.values()) {
                draw(way, percentiles.get(i), below);
                below += BAR;
            }
        }
        return svg.document(WIDTH, (int) (TOP + percentiles.size() * GROUP + GAP), TITLE, description());
    }

    private void legend() {
        double x = LEFT;
        for (Way way : Way.values()) {
            svg.rectangle(x, 58, BAR, BAR - 2, fill(way));
            svg.text(x + BAR + 6, 70, "", way.label());
            x += 130;
        }
    }

    private void draw(Way way, double percentile, double top) {
        double millis = millis(way, percentile);
        double length = (WIDTH - LEFT - RIGHT) * scaled(millis);
        svg.rectangle(LEFT, top, length, BAR - 2, fill(way));
        svg.text(LEFT + length + 5, top + BAR - 4, "font-size=\"11\"", String.format(Locale.ROOT, "%.1f", millis));
    }

    /** From a tenth of a millisecond to the longest. */
    private double scaled(double millis) {
        double longest = Stream.of(Way.values())
                .mapToDouble(way -> millis(way, 100))
                .max()
                .orElse(1);
        return Math.max(0, Math.log10(Math.max(millis, 0.1) / 0.1) / Math.log10(Math.max(longest, 1) / 0.1));
    }

    private double millis(Way way, double percentile) {
        return result.tallies().get(way).micros().getValueAtPercentile(percentile) / 1000.0;
    }

    private static String fill(Way way) {
        return "fill=\"" + COLORS.get(way) + "\"";
    }

    private String description() {
        return Stream.of(Way.values())
                .map(way -> way.label() + ": "
                        + LatencyTable.PERCENTILES.stream()
                                .map(percentile -> String.format(
                                        Locale.ROOT,
                                        "%s %.1f",
                                        LatencyTable.label(percentile),
                                        millis(way, percentile)))
                                .collect(Collectors.joining(", ")))
                .collect(Collectors.joining("; "));
    }
}
