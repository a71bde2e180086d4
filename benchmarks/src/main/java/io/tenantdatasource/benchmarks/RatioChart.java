package io.tenantdatasource.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The ratios to the raw pool as bars: a group for each work, a panel for each distance to the server. */
final class RatioChart {

    private static final String TITLE = "What a tenant costs";

    private static final int WIDTH = 1060;
    private static final int LEFT = 228;
    private static final int RIGHT = 10;
    private static final int VALUE = 90;
    private static final int TOP = 112;
    private static final int BAR = 14;
    private static final double GROUP = Access.BOUND.size() * (double) BAR;
    private static final double GROUP_AND_GAP = GROUP + 14;
    private static final int BELOW = 30;
    private static final double LETTER = 6.5;
    private static final int GAP = 20;
    private static final int DIGITS = 2;

    private static final String QUIET = "class=\"quiet\" fill=\"#59636e\"";
    private static final String GRID = "class=\"grid\" stroke=\"#d1d9e0\"";
    private static final String ONE = "class=\"one\" stroke=\"#59636e\"";
    private static final String GOAL = "class=\"goal\" stroke=\"#c00\" stroke-width=\"2\" stroke-dasharray=\"3 2\"";

    /** Told apart by those as well who do not see all colors, and on both backgrounds. */
    private static final Map<Access, String> COLORS = Map.of(
            Access.SET_RESET, "#888888",
            Access.SET_CONFIG, "#d55e00",
            Access.ONE_STRING, "#cc79a7",
            Access.VERIFIED_STRING, "#e69f00",
            Access.CHECKOUT, "#2f8fd0",
            Access.TRANSACTION, "#009e73");

    /** An image cannot see the page that it is in, so it brings the background for its colors along. */
    private static final String DARK = "@media(prefers-color-scheme:dark){.background{fill:#0d1117}"
            + "text,.error{fill:#f0f6fc}.quiet{fill:#9198a1}"
            + ".grid{stroke:#3d444d}.one{stroke:#9198a1}.goal{stroke:#ff7b72}}";

    private record Bar(Task task, Access access, Estimate ratio) {}

    private final Ratios ratios;
    private final List<Task> tasks;
    private final List<String> servers;
    private final List<String> works;
    private final double largest;
    private final Svg svg = new Svg(DARK);

    RatioChart(Ratios ratios) {
        this.ratios = ratios;
        this.tasks = ratios.tasksWithServer();
        this.servers = tasks.stream().map(Task::server).distinct().toList();
        this.works = tasks.stream().map(Task::label).distinct().toList();
        this.largest =
                Math.ceil(bars().mapToDouble(bar -> bar.ratio().mean()).max().orElse(1));
    }

    String text() {
        svg.text(20, 28, "font-size=\"16\" font-weight=\"bold\"", TITLE);
        svg.text(20, 48, QUIET, "times what the same takes on the raw pool; shorter is better");
        legend();
        servers.forEach(this::grid);
        works.forEach(work -> svg.text(LEFT - 12, top(work) + GROUP / 2 + 4, "text-anchor=\"end\"", work));
        bars().forEach(this::draw);
        tasks.forEach(this::goal);
        return svg.document(WIDTH, bottom() + BELOW, TITLE, description());
    }

    private void legend() {
        double x = 20;
        for (Access access : Access.BOUND) {
            svg.rectangle(x, 62, BAR, BAR - 2, fill(access));
            svg.text(x + BAR + 6, 73, "", access.label());
            x += BAR + 6 + LETTER * access.label().length() + GAP;
        }
        svg.verticalLine(x + BAR / 2.0, 61, 75, GOAL);
        svg.text(x + BAR + 6, 73, "", "goal for TRANSACTION");
    }

    private void grid(String server) {
        svg.text(x(server, 0), TOP - 12, "font-weight=\"bold\"", server);
        for (int ratio = 0; ratio <= largest; ratio++) {
            double x = x(server, ratio);
            svg.verticalLine(x, TOP, bottom(), ratio == 1 ? ONE : GRID);
            svg.text(x, bottom() + 18, QUIET + " text-anchor=\"middle\"", Integer.toString(ratio));
        }
    }

    private void draw(Bar bar) {
        String server = bar.task().server();
        Estimate ratio = bar.ratio();
        double top = top(bar.task(), bar.access());
        rectangle(server, 0, ratio.mean(), top, BAR - 2, fill(bar.access()));
        if (ratio.hasError()) {
            rectangle(server, ratio.least(), ratio.most(), top + BAR / 2.0 - 1.5, 1, "class=\"error\"");
        }
        svg.text(x(server, ratio.most()) + 5, top + BAR - 4, "font-size=\"11\"", ratio.text(DIGITS));
    }

    private void rectangle(String server, double from, double to, double top, double height, String attributes) {
        svg.rectangle(x(server, from), top, x(server, to) - x(server, from), height, attributes);
    }

    private void goal(Task task) {
        OptionalDouble goal = task.goal();
        if (goal.isPresent()) {
            double top = top(task, Access.TRANSACTION);
            svg.verticalLine(x(task.server(), goal.getAsDouble()), top - 2, top + BAR, GOAL);
        }
    }

    private Stream<Bar> bars() {
        return tasks.stream()
                .flatMap(task -> Access.BOUND.stream()
                        .flatMap(access -> ratio(task, access).stream().map(ratio -> new Bar(task, access, ratio))));
    }

    private Optional<Estimate> ratio(Task task, Access access) {
        return ratios.cell(task, access).flatMap(Ratios.Cell::ratio);
    }

    /** An error that is larger than all ratios is cut off rather than to make these small. */
    private double x(String server, double ratio) {
        double panel = (double) (WIDTH - LEFT - RIGHT) / servers.size();
        return LEFT + servers.indexOf(server) * panel + (panel - VALUE) * Math.min(ratio, largest) / largest;
    }

    private double top(String work) {
        return TOP + (GROUP_AND_GAP - GROUP) / 2 + works.indexOf(work) * GROUP_AND_GAP;
    }

    private double top(Task task, Access access) {
        return top(task.label()) + Access.BOUND.indexOf(access) * (double) BAR;
    }

    private int bottom() {
        return (int) (TOP + works.size() * GROUP_AND_GAP);
    }

    private static String fill(Access access) {
        return "fill=\"" + COLORS.get(access) + "\"";
    }

    private String description() {
        return servers.stream().map(this::description).collect(Collectors.joining(" "));
    }

    private String description(String server) {
        return tasks.stream()
                .filter(task -> task.server().equals(server))
                .map(this::description)
                .collect(Collectors.joining("; ", "Ratios to the raw pool, " + server + ": ", "."));
    }

    private String description(Task task) {
        return Access.BOUND.stream()
                .flatMap(access -> ratio(task, access).stream().map(ratio -> access.label() + " " + ratio.text(DIGITS)))
                .collect(Collectors.joining(", ", task.label() + ": ", ""));
    }
}
