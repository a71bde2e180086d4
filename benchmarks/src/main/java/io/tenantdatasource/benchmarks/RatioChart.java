package io.tenantdatasource.benchmarks;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The ratios to the raw pool as bars: a group for each work, a panel for each distance to the server. */
final class RatioChart {

    private static final String TITLE = "What a tenant costs";

    private static final int WIDTH = 920;
    private static final int LEFT = 215;
    private static final int RIGHT = 10;
    private static final int VALUE = 90;
    private static final int TOP = 112;
    private static final int BAR = 14;
    private static final int BETWEEN_GROUPS = 14;
    private static final int BELOW = 30;
    private static final int LEGEND = 170;
    private static final int DIGITS = 2;

    /** An image cannot see the page that it is in, so it brings the background for its colors along. */
    private static final String STYLE = """
            text{fill:#1f2328}.quiet{fill:#59636e}.background{fill:#fff}\
            .grid{stroke:#d1d9e0}.one{stroke:#59636e}.goal{stroke:#c00}.error{fill:#1f2328}\
            .SET_RESET{fill:#888}.SET_CONFIG{fill:#d55e00}.CHECKOUT{fill:#0072b2}.TRANSACTION{fill:#009e73}\
            @media(prefers-color-scheme:dark){text,.error{fill:#f0f6fc}.quiet{fill:#9198a1}.background{fill:#0d1117}\
            .grid{stroke:#3d444d}.one{stroke:#9198a1}.goal{stroke:#ff7b72}.CHECKOUT{fill:#2f8fd0}}""";

    /** A bar: what it shows, and where. */
    private record Bar(String server, Task task, Access access, Estimate ratio, double top) {}

    private final Ratios ratios;
    private final List<String> servers;
    private final List<String> works;
    private final List<Access> ways =
            Stream.of(Access.values()).filter(access -> access != Access.RAW).toList();
    private final double largest;
    private final Svg svg = new Svg(STYLE);

    RatioChart(Ratios ratios) {
        this.ratios = ratios;
        List<Task> tasks = ratios.tasks().stream()
                .filter(task -> !task.server().equals(Task.NO_SERVER))
                .toList();
        this.servers = tasks.stream().map(Task::server).distinct().toList();
        this.works = tasks.stream().map(Task::label).distinct().toList();
        this.largest = bars().mapToDouble(bar -> bar.ratio().most())
                .map(Math::ceil)
                .max()
                .orElse(1);
    }

    String text() {
        svg.text(20, 28, "font-size=\"16\" font-weight=\"bold\"", TITLE);
        svg.text(20, 48, "class=\"quiet\"", "times what the same takes on the raw pool; shorter is better");
        legend();
        servers.forEach(this::grid);
        works.forEach(
                work -> svg.text(LEFT - 12, top(work) + ways.size() * BAR / 2.0 + 4, "text-anchor=\"end\"", work));
        bars().forEach(this::draw);
        ratios.tasks().stream().filter(task -> servers.contains(task.server())).forEach(this::goal);
        return svg.document(WIDTH, bottom() + BELOW, TITLE, description());
    }

    private void legend() {
        double x = 20;
        for (Access access : ways) {
            svg.rectangle(x, 62, BAR, BAR - 2, fill(access));
            svg.text(x + BAR + 6, 73, "", access.label());
            x += LEGEND;
        }
        svg.verticalLine(x + BAR / 2.0, 61, 75, "class=\"goal\" stroke-width=\"2\" stroke-dasharray=\"3 2\"");
        svg.text(x + BAR + 6, 73, "", "goal for TRANSACTION");
    }

    private void grid(String server) {
        svg.text(x(server, 0), TOP - 12, "font-weight=\"bold\"", server);
        for (int ratio = 0; ratio <= largest; ratio++) {
            double x = x(server, ratio);
            svg.verticalLine(x, TOP, bottom(), ratio == 1 ? "class=\"one\"" : "class=\"grid\"");
            svg.text(x, bottom() + 18, "class=\"quiet\" text-anchor=\"middle\"", Integer.toString(ratio));
        }
    }

    private void draw(Bar bar) {
        Estimate ratio = bar.ratio();
        double end = x(bar.server(), ratio.mean());
        svg.rectangle(x(bar.server(), 0), bar.top(), end - x(bar.server(), 0), BAR - 2, fill(bar.access()));
        if (ratio.hasError()) {
            double from = x(bar.server(), Math.max(0, ratio.mean() - ratio.error()));
            double to = x(bar.server(), ratio.most());
            svg.rectangle(from, bar.top() + BAR / 2.0 - 1.5, to - from, 1, "class=\"error\"");
        }
        svg.text(x(bar.server(), ratio.most()) + 5, bar.top() + BAR - 4, "font-size=\"11\"", ratio.text(DIGITS));
    }

    private void goal(Task task) {
        OptionalDouble goal = task.goal();
        if (goal.isPresent()) {
            double top = top(task.label()) + ways.indexOf(Access.TRANSACTION) * (double) BAR;
            svg.verticalLine(
                    x(task.server(), goal.getAsDouble()),
                    top - 2,
                    top + BAR,
                    "class=\"goal\" stroke-width=\"2\" stroke-dasharray=\"3 2\"");
        }
    }

    private Stream<Bar> bars() {
        return ratios.tasks().stream()
                .filter(task -> servers.contains(task.server()))
                .flatMap(task -> ways.stream().flatMap(access -> bar(task, access).stream()));
    }

    private Optional<Bar> bar(Task task, Access access) {
        double top = top(task.label()) + ways.indexOf(access) * (double) BAR;
        return ratio(task, access).map(ratio -> new Bar(task.server(), task, access, ratio, top));
    }

    private Optional<Estimate> ratio(Task task, Access access) {
        return ratios.cell(task, access).flatMap(Ratios.Cell::ratio);
    }

    private double x(String server, double ratio) {
        double panel = (double) (WIDTH - LEFT - RIGHT) / servers.size();
        return LEFT + servers.indexOf(server) * panel + (panel - VALUE) * ratio / largest;
    }

    private double top(String work) {
        return TOP + BETWEEN_GROUPS / 2.0 + works.indexOf(work) * (double) (ways.size() * BAR + BETWEEN_GROUPS);
    }

    private int bottom() {
        return TOP + works.size() * (ways.size() * BAR + BETWEEN_GROUPS);
    }

    private static String fill(Access access) {
        return "class=\"" + access.name() + "\"";
    }

    private String description() {
        return servers.stream().map(this::description).collect(Collectors.joining(" "));
    }

    private String description(String server) {
        return bars().filter(bar -> bar.server().equals(server))
                .map(bar -> bar.task().label() + ", " + bar.access().label() + " "
                        + bar.ratio().text(DIGITS))
                .collect(Collectors.joining("; ", "Ratios to the raw pool, " + server + ": ", "."));
    }
}
