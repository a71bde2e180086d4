package io.tenantdatasource.policy;

import io.tenantdatasource.internal.schema.Catalogue;
import io.tenantdatasource.internal.schema.ForeignKey;
import io.tenantdatasource.internal.schema.OwnColumn;
import io.tenantdatasource.internal.schema.Way;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
        JsonText.Fields fields = new JsonText.Fields()
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
        way.filled().ifPresent(column -> fields.json("filled", filled(column)));
        return fields;
    }

    /** By the names that the scripts have for it. */
    private String filled(OwnColumn column) {
        Map<String, String> names = new OwnColumnSteps(schema).names(column);
        JsonText.Fields fields = new JsonText.Fields().text("users", qualified(column.parent()));
        Stream.of(
                        "session_user_column",
                        "session_organization_column",
                        "users_id_column",
                        "users_organization_column",
                        "organization_function")
                .forEach(name -> fields.text(name, names.get(name)));
        return fields.json(
                        "own_column_indexes",
                        Stream.of("user_index", "organization_index")
                                .map(name -> JsonText.of(qualified(names.get(name))))
                                .collect(JsonText.array()))
                .toString();
    }

    /**
     * Columns that are still to be made, each with one that is there and of the same type: by table and column.
     *
     * @param ways all of them
     * @param present the schema as it is
     */
    String columnsToCome(List<Way> ways, Catalogue present) {
        Map<String, OwnColumn> toCome = ways.stream()
                .flatMap(way -> way.filled().stream())
                .filter(column ->
                        !present.table(column.table()).orElseThrow().columns().contains(column.column()))
                .collect(Collectors.toMap(OwnColumn::table, Function.identity()));
        return toCome.values().stream()
                .map(column -> JsonText.of(qualified(column.table())) + ": {" + JsonText.of(column.column()) + ": "
                        + source(column, toCome) + "}")
                .sorted()
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private String source(OwnColumn column, Map<String, OwnColumn> toCome) {
        return toCome.containsKey(column.parent())
                ? source(toCome.get(column.parent()), toCome)
                : "[" + JsonText.of(qualified(column.parent())) + ", " + JsonText.of(column.parentColumn()) + "]";
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
