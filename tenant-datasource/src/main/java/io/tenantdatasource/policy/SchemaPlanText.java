package io.tenantdatasource.policy;

import io.tenantdatasource.internal.schema.Catalogue;
import io.tenantdatasource.internal.schema.ForeignKey;
import io.tenantdatasource.internal.schema.OwnColumn;
import io.tenantdatasource.internal.schema.Table;
import io.tenantdatasource.internal.schema.Way;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A plan for people to read, and what of it others tell. */
final class SchemaPlanText {

    private static final int MOST_LOOK_UPS = 1_000_000;

    private final SchemaPolicies policies;
    private final Catalogue catalogue;
    private final Map<String, Way> ways;
    private final SortedMap<String, String> open;
    private final Map<String, Integer> lookUps = new HashMap<>();

    SchemaPlanText(SchemaPolicies policies, Catalogue catalogue, List<Way> ways, SortedMap<String, String> open) {
        this.policies = policies;
        this.catalogue = catalogue;
        this.ways = ways.stream()
                .collect(Collectors.toMap(
                        Way::table, Function.identity(), (one, other) -> one, LinkedHashMap<String, Way>::new));
        this.open = open;
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner("\n", "", "\n");
        text.add("Schema " + policies.variables().values().get("schema") + ": " + ways.size() + " tables to protect, "
                + policies.declaration().global().size() + " global, " + open.size() + " open");
        text.add("");
        ways.values().forEach(way -> {
            text.add(oneLine(way.table()) + ": " + oneLine(way(way)));
            notes(way).forEach(note -> text.add("    " + oneLine(note)));
        });
        policies.declaration().global().stream()
                .sorted()
                .forEach(table -> text.add(oneLine(table) + ": everybody's, by the declaration"));
        open.forEach((table, question) -> text.add("OPEN " + oneLine(table) + ": " + oneLine(question)));
        return text.toString();
    }

    private static String way(Way way) {
        return switch (way.kind()) {
            case TENANTS ->
                "the organizations themselves, by their key " + way.column().orElseThrow();
            case COLUMN ->
                "by its column " + way.column().orElseThrow()
                        + way.filled().map(SchemaPlanText::filled).orElse("")
                        + (way.reach() == Way.Reach.EVERYBODYS ? "; rows without one are everybody's to read" : "");
            case PARENTS ->
                "by the rows that it names: " + parents(way.showing())
                        + way.user()
                                .map(key -> "; where a user is bound, only those of that user")
                                .orElse("");
            case MEMBERS ->
                "by those who are members: "
                        + way.members().stream()
                                .map(member -> member.key().parent().orElseThrow() + "("
                                        + String.join(", ", member.key().parentColumns()) + ")")
                                .collect(Collectors.joining(", "))
                        + "; shown to each of their organizations";
        };
    }

    private static String filled(OwnColumn column) {
        return ", which it is given, from " + column.key().columns().get(0) + " of " + column.parent();
    }

    private static String parents(List<Way.Parent> parents) {
        return parents.stream().map(SchemaPlanText::parent).collect(Collectors.joining(" and "));
    }

    private static String parent(Way.Parent parent) {
        ForeignKey key = parent.key();
        return String.join(", ", key.columns()) + " of " + key.parent().orElseThrow()
                + (parent.optional() ? " (if it names one)" : "");
    }

    List<String> notes(Way way) {
        List<String> notes = new ArrayList<>();
        Table table = catalogue.table(way.table()).orElseThrow();
        List<String> parts = catalogue.partsOf(way.table());
        if (!parts.isEmpty()) {
            notes.add("with its partitions or children: " + String.join(", ", parts));
        }
        List<Way.Parent> checked =
                way.parents().stream().filter(parent -> !parent.shows()).toList();
        if (!checked.isEmpty()) {
            notes.add("what is written may name shown rows alone: " + parents(checked));
        }
        way.column()
                .filter(column -> !table.required().contains(column) && way.reach() == Way.Reach.ONE)
                .ifPresent(column -> notes.add("rows whose " + column + " is null are shown to nobody; shared(\""
                        + way.table() + "\") makes them everybody's to read"));
        way.column()
                .filter(column -> !table.leading().contains(column))
                .ifPresent(
                        column -> notes.add("no index begins with " + column + ": each query reads the whole table"));
        way.members().stream()
                .filter(member -> !catalogue
                        .table(member.key().parent().orElseThrow())
                        .orElseThrow()
                        .leading()
                        .contains(member.key().parentColumns().get(0)))
                .forEach(member ->
                        notes.add("no index of " + member.key().parent().orElseThrow() + " begins with "
                                + member.key().parentColumns().get(0) + ": each row looks through all of it"));
        if (way.kind() == Way.Kind.PARENTS && way.showing().stream().allMatch(Way.Parent::optional)) {
            notes.add("rows that name none of these are shown to nobody, and cannot be written");
        }
        int lookUps = lookUps(way);
        if (lookUps > 1) {
            notes.add(lookUps
                    + " look-ups a row, with which finding a row takes more than 3 times as long, as measured; a column of"
                    + " its own for the organization needs none" + offer(way));
        }
        return notes;
    }

    /** Each table on the way needs the column, so all that have none are named. */
    private String offer(Way way) {
        Deque<String> tables = new ArrayDeque<>();
        Way next = way;
        while (next.column().isEmpty()) {
            if (!canBeFilled(next)) {
                return "";
            }
            tables.addFirst('"' + next.table() + '"');
            next = ways.get(next.showing().get(0).key().parent().orElseThrow());
        }
        return ": ownColumn(" + String.join(", ", tables) + ") would make this one comparison; it costs "
                + (tables.size() > 1 ? "each of them" : "the table")
                + " a column, a foreign key and two indexes, and what is named a"
                + " unique index";
    }

    private boolean canBeFilled(Way way) {
        return way.reach() == Way.Reach.ONE
                && way.showing().size() == 1
                && way.showing().get(0).key().columns().size() == 1
                && !policies.declaration().members().contains(way.table())
                && catalogue.partsOf(way.table()).isEmpty()
                && ways.containsKey(way.showing().get(0).key().parent().orElseThrow());
    }

    /** What reading a row asks for beside the row itself; each once, for many ways may lead to the same. */
    private int lookUps(Way way) {
        Integer known = lookUps.get(way.table());
        if (known == null) {
            known = way.members().size()
                    + way.showing().stream()
                            .map(parent -> parent.key().parent().orElseThrow())
                            .map(parent -> catalogue
                                    .table(parent)
                                    .flatMap(Table::partOf)
                                    .orElse(parent))
                            .mapToInt(parent -> 1 + lookUps(ways.get(parent)))
                            .reduce(0, (one, other) -> Math.min(one + other, MOST_LOOK_UPS));
            lookUps.put(way.table(), known);
        }
        return known;
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\R", " ");
    }
}
