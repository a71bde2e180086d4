package io.tenantdatasource.policy;

import io.tenantdatasource.internal.schema.Way;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A plan as a picture: a box for each table, in a column for each step to the organization, and an arrow along each way. Green
 * is protected, blue what belongs to several organizations or partly to everybody, grey everybody's, red open.
 */
final class SchemaPlanPicture {

    private static final int WIDTH = 200;
    private static final int HEIGHT = 26;
    private static final int COLUMN = 290;
    private static final int ROW = 38;
    private static final int MARGIN = 20;
    private static final int LONGEST_NAME = 28;

    private final Map<String, Way> ways = new LinkedHashMap<>();
    private final Map<String, Integer> depths;
    private final Map<String, Box> boxes = new LinkedHashMap<>();
    private final Collection<String> global;
    private final SortedMap<String, String> open;

    SchemaPlanPicture(
            List<Way> inOrder,
            Map<String, Integer> distances,
            Collection<String> global,
            SortedMap<String, String> open) {
        inOrder.forEach(way -> ways.put(way.table(), way));
        this.depths = distances;
        this.global = global.stream().sorted().toList();
        this.open = open;
        place();
    }

    private record Box(int x, int y, String color) {}

    private static Stream<String> parents(Way way) {
        return Stream.concat(way.showing().stream(), way.members().stream())
                .map(parent -> parent.key().parent().orElseThrow());
    }

    private void place() {
        Map<Integer, Integer> rows = new TreeMap<>();
        ways.values().forEach(way -> add(rows, depths.get(way.table()), way.table(), color(way)));
        int last = rows.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
        open.keySet().forEach(table -> add(rows, last, table, "#f4b6b0"));
        global.forEach(table -> add(rows, last, table, "#dddddd"));
    }

    private void add(Map<Integer, Integer> rows, int column, String table, String color) {
        int row = rows.merge(column, 1, Integer::sum) - 1;
        boxes.put(table, new Box(MARGIN + column * COLUMN, MARGIN + row * ROW, color));
    }

    private static String color(Way way) {
        return way.reach() == Way.Reach.ONE ? "#bfe3c0" : "#bcd7f0";
    }

    @Override
    public String toString() {
        int width = boxes.values().stream().mapToInt(Box::x).max().orElse(0) + WIDTH + MARGIN;
        int height = boxes.values().stream().mapToInt(Box::y).max().orElse(0) + HEIGHT + MARGIN;
        List<String> svg = new ArrayList<>();
        svg.add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">"
                        .formatted(width, height, width, height));
        svg.add("<title>How the rows of each table reach their organization</title>");
        svg.add(
                "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">"
                        + "<path d=\"M0 0L8 4L0 8z\" fill=\"#666\"/></marker></defs>");
        svg.add("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        ways.values()
                .forEach(way -> parents(way)
                        .filter(boxes::containsKey)
                        .forEach(parent -> svg.add(arrow(boxes.get(way.table()), boxes.get(parent)))));
        boxes.forEach((table, box) -> svg.add(box(table, box)));
        svg.add("</svg>");
        return String.join("\n", svg) + "\n";
    }

    private static String arrow(Box from, Box to) {
        return "<path d=\"M%d %dC%d %d %d %d %d %d\" fill=\"none\" stroke=\"#666\" marker-end=\"url(#tip)\"/>"
                .formatted(
                        from.x(),
                        from.y() + HEIGHT / 2,
                        from.x() - 45,
                        from.y() + HEIGHT / 2,
                        to.x() + WIDTH + 45,
                        to.y() + HEIGHT / 2,
                        to.x() + WIDTH,
                        to.y() + HEIGHT / 2);
    }

    private static String box(String table, Box box) {
        String name = table.length() > LONGEST_NAME ? table.substring(0, LONGEST_NAME - 1) + "…" : table;
        return "<g><title>%s</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"%s\" stroke=\"#666\"/><text x=\"%d\" y=\"%d\">%s</text></g>"
                .formatted(
                        escaped(table),
                        box.x(),
                        box.y(),
                        WIDTH,
                        HEIGHT,
                        box.color(),
                        box.x() + 8,
                        box.y() + 17,
                        escaped(name));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
