package io.tenantdatasource.benchmarks.policies;

import io.tenantdatasource.benchmarks.Svg;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The ratios as bars on a logarithmic scale: to the right of 1 is slower than no row security, to the left faster. */
final class BarChart {

    private static final String TITLE = "What the policies cost";

    private static final int WIDTH = 880;
    private static final int LEFT = 160;
    private static final int LABEL_OF_LEFTMOST_BAR = 50;
    private static final int RIGHT = 60;
    private static final int TOP = 92;
    private static final int BAR = 14;
    private static final int BETWEEN_QUERIES = 12;
    private static final int BELOW = 30;

    /** Told apart by those as well who do not see all colors. */
    private static final List<String> COLORS = List.of("#0072b2", "#56b4e9", "#e69f00", "#999999");

    /** What the project sets itself as goals. */
    private static final List<Double> LIMITS = List.of(1.3, 1.5);

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
        for (Query query : Query.values()) {
            svg.text(
                    LEFT - LABEL_OF_LEFTMOST_BAR,
                    top(query) + protections.size() * BAR / 2.0 + 4,
                    "text-anchor=\"end\"",
                    query.label());
        }
        forEachBar(this::bar);
        limits();
        forEachBar(this::label);
        return svg.document(WIDTH, bottom() + BELOW, TITLE, description());
    }

    private void legend() {
        double x = 250;
        for (Protection protection : protections) {
            svg.rectangle(x, 18, BAR, BAR - 2, fill(protection));
            svg.text(x + BAR + 6, 29, "", protection.label());
            x += BAR + 24 + protection.label().length() * 7;
        }
    }

    private void powersOfTen() {
        for (double power : scale.powersOfTen()) {
            svg.verticalLine(scale.x(power), TOP, bottom(), "stroke=\"" + (power == 1 ? "#333" : "#ddd") + "\"");
            svg.text(scale.x(power), bottom() + 18, "text-anchor=\"middle\" fill=\"#555\"", Numbers.plain(power));
        }
    }

    /** What a bar is drawn with: its ratio, its protection, and how far down it is. */
    private interface Drawing {
        void draw(double ratio, Protection protection, double top);
    }

    private void forEachBar(Drawing drawing) {
        for (Query query : Query.values()) {
            double top = top(query);
            for (Protection protection : protections) {
                drawing.draw(results.ratio(results.cell(protection, query)), protection, top);
                top += BAR;
            }
        }
    }

    private void bar(double ratio, Protection protection, double top) {
        double from = Math.min(scale.x(1), scale.x(ratio));
        double to = Math.max(scale.x(1), scale.x(ratio));
        svg.rectangle(from, top, Math.max(to - from, 1), BAR - 2, fill(protection));
    }

    /** Beyond the bar's end. The halo keeps it readable where it stands on a line. */
    private void label(double ratio, Protection protection, double top) {
        String place = ratio < 1 ? "end" : "start";
        svg.text(
                scale.x(ratio) + (ratio < 1 ? -5 : 5),
                top + BAR - 4,
                "font-size=\"11\" stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\" text-anchor=\"" + place
                        + '"',
                Numbers.ratio(ratio));
    }

    /** Their labels would overlap on one line. */
    private void limits() {
        double y = TOP - 4;
        for (double limit : LIMITS) {
            double x = scale.x(limit);
            svg.verticalLine(x, y, bottom(), "stroke=\"#c00\" stroke-dasharray=\"3 3\"");
            svg.text(x + 3, y + 2, "font-size=\"11\" fill=\"#c00\"", Numbers.plain(limit));
            y -= 12;
        }
    }

    private double top(Query query) {
        return TOP + BETWEEN_QUERIES / 2.0 + List.of(Query.values()).indexOf(query) * (double) groupHeight();
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

    private String description() {
        return "Bars on a logarithmic scale, with lines at 1.3 and 1.5. "
                + protections.stream().map(this::description).collect(Collectors.joining(" "));
    }

    private String description(Protection protection) {
        return Stream.of(Query.values())
                .map(query -> query.label() + " " + Numbers.ratio(results.ratio(results.cell(protection, query))))
                .collect(Collectors.joining("; ", protection.label() + ": ", "."));
    }
}
