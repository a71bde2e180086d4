package io.tenantdatasource.benchmarks.policies;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The ratios as bars on a logarithmic scale: to the right of 1 is slower than no row security, to the left faster. */
final class BarChart {

    private static final String TITLE = "What the policies cost";

    private static final int WIDTH = 880;
    private static final int LEFT = 130;
    private static final int RIGHT = 60;
    private static final int TOP = 92;
    private static final int BAR = 14;
    private static final int BETWEEN_QUERIES = 12;
    private static final int BELOW = 30;

    /** Told apart by those as well who do not see all colors. */
    private static final List<String> COLORS = List.of("#0072b2", "#e69f00", "#999999");

    /** What a policy may cost: an own column, a look-up, anything else. */
    private static final List<Double> LIMITS = List.of(1.2, 1.3, 3.0);

    private final Results results;
    private final List<Protection> protections;
    private final LogScale scale;
    private final Svg svg = new Svg();

    BarChart(Results results) {
        this.results = results;
        this.protections = results.protectionsProper();
        List<Double> ratios = results.cells().stream().map(results::ratio).toList();
        this.scale = LogScale.around(ratios, LEFT, WIDTH - LEFT - RIGHT);
    }

    String text() {
        svg.text(20, 28, "font-size=\"16\" font-weight=\"bold\"", TITLE);
        svg.text(20, 48, "fill=\"#555\"", "times the same query without row security; left of 1 is faster");
        legend();
        powersOfTen();
        double y = TOP + BETWEEN_QUERIES / 2.0;
        for (Query query : Query.values()) {
            bars(query, y);
            y += groupHeight();
        }
        limits();
        return svg.document(WIDTH, bottom() + BELOW, TITLE, description());
    }

    private void legend() {
        double x = 480;
        for (Protection protection : protections) {
            svg.rectangle(x, 18, BAR, BAR - 2, fill(protection));
            svg.text(x + BAR + 6, 29, "", protection.label());
            x += 130;
        }
    }

    private void powersOfTen() {
        for (double power : scale.powersOfTen()) {
            svg.verticalLine(scale.x(power), TOP, bottom(), "stroke=\"" + (power == 1 ? "#333" : "#ddd") + "\"");
            svg.text(scale.x(power), bottom() + 18, "text-anchor=\"middle\" fill=\"#555\"", scaleLabel(power));
        }
    }

    private void bars(Query query, double top) {
        double y = top;
        svg.text(LEFT - 10, y + protections.size() * BAR / 2.0 + 4, "text-anchor=\"end\"", query.label());
        for (Protection protection : protections) {
            double ratio = results.ratio(results.cell(protection, query));
            double from = Math.min(scale.x(1), scale.x(ratio));
            double to = Math.max(scale.x(1), scale.x(ratio));
            svg.rectangle(from, y, Math.max(to - from, 1), BAR - 2, fill(protection));
            svg.text(to + 5, y + BAR - 4, "font-size=\"11\"", Numbers.ratio(ratio));
            y += BAR;
        }
    }

    /** Their labels would overlap on one line. */
    private void limits() {
        double y = TOP - 4;
        for (double limit : LIMITS) {
            double x = scale.x(limit);
            svg.verticalLine(x, y, bottom(), "stroke=\"#c00\" stroke-dasharray=\"3 3\"");
            svg.text(x + 3, y + 2, "font-size=\"11\" fill=\"#c00\"", Double.toString(limit));
            y -= 12;
        }
    }

    private int groupHeight() {
        return protections.size() * BAR + BETWEEN_QUERIES;
    }

    private int bottom() {
        return TOP + Query.values().length * groupHeight();
    }

    private String fill(Protection protection) {
        return "fill=\"" + COLORS.get(protections.indexOf(protection)) + "\"";
    }

    private static String scaleLabel(double power) {
        return power >= 1 ? String.format(Locale.ROOT, "%,.0f", power) : Double.toString(power);
    }

    private String description() {
        return "Bars on a logarithmic scale, with lines at 1.2, 1.3 and 3. "
                + protections.stream().map(this::description).collect(Collectors.joining(" "));
    }

    private String description(Protection protection) {
        return Stream.of(Query.values())
                .map(query -> query.label() + " " + Numbers.ratio(results.ratio(results.cell(protection, query))))
                .collect(Collectors.joining("; ", protection.label() + ": ", "."));
    }
}
