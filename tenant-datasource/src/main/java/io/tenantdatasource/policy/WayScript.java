package io.tenantdatasource.policy;

import io.tenantdatasource.internal.schema.ForeignKey;
import io.tenantdatasource.internal.schema.Way;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Ways as {@code write-way.sql} reads them: JSON, a line a table. */
final class WayScript {

    private final String schema;

    WayScript(String schema) {
        this.schema = schema;
    }

    /**
     * Some ways to protect, among others whose text is needed for that.
     *
     * @param ways all of them, each after those that it rests on
     * @param some the ones to protect
     */
    String of(List<Way> ways, List<Way> some) {
        return ways.stream()
                .map(way -> some.contains(way) ? fields(way) : fields(way).flag("known", true))
                .map(JsonText.Fields::toString)
                .collect(Collectors.joining(",\n  ", "[\n  ", "\n]"));
    }

    String tables(List<Way> ways) {
        return names(ways.stream().map(Way::table).toList());
    }

    String names(List<String> tables) {
        return tables.isEmpty()
                ? "[]"
                : tables.stream()
                        .map(table -> JsonText.of(qualified(table)))
                        .collect(Collectors.joining(",\n  ", "[\n  ", "\n]"));
    }

    private JsonText.Fields fields(Way way) {
        return new JsonText.Fields()
                .text("name", way.table())
                .text("table", qualified(way.table()))
                .text("column", way.column())
                .flag("everybodys", way.column().isPresent() && way.reach() == Way.Reach.EVERYBODYS)
                .flag(
                        "deferrable",
                        way.parents().stream()
                                .anyMatch(parent -> parent.check() == Way.Check.BY_TRIGGER_AFTER
                                        && parent.key().deferrable()))
                .json(
                        "organization",
                        "[" + JsonText.of(qualified(way.organization().table())) + ", "
                                + JsonText.of(way.organization().column()) + "]")
                .json(
                        "user",
                        way.user()
                                .map(key -> "["
                                        + JsonText.of(key.columns().get(0)) + ", "
                                        + JsonText.of(qualified(key.parent().orElseThrow())) + "]")
                                .orElse("null"))
                .flag("kept", way.kept())
                .json("parents", way.parents().stream().map(this::parent).collect(JsonText.array()))
                .json("members", way.members().stream().map(this::member).collect(JsonText.array()));
    }

    private String parent(Way.Parent parent) {
        return named(parent)
                .flag("everybodys", parent.reach() == Way.Reach.EVERYBODYS)
                .flag("optional", parent.optional())
                .flag("shows", parent.shows())
                .flag("by_trigger", parent.check() != Way.Check.BY_POLICY)
                .flag("before", parent.check() == Way.Check.BY_TRIGGER_BEFORE)
                .toString();
    }

    private String member(Way.Parent member) {
        return named(member).toString();
    }

    private JsonText.Fields named(Way.Parent parent) {
        return new JsonText.Fields()
                .text("parent", qualified(parent.key().parent().orElseThrow()))
                .text("key", pairs(parent.key()))
                .text("column", parent.column());
    }

    private static String pairs(ForeignKey key) {
        return ScriptVariables.asArray(IntStream.range(0, key.columns().size())
                .mapToObj(i -> new ScriptVariables.Pair(
                        key.columns().get(i), key.parentColumns().get(i)))
                .toList());
    }

    private String qualified(String table) {
        return quoted(schema) + "." + quoted(table);
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
