package io.tenantdatasource.policy;

import io.tenantdatasource.internal.schema.ForeignKey;
import io.tenantdatasource.internal.schema.OwnColumn;
import io.tenantdatasource.internal.schema.Way;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** A plan for programs to read. */
final class SchemaPlanJson {

    private final SchemaPolicies policies;
    private final List<Way> ways;
    private final SortedMap<String, String> open;
    private final Map<String, SchemaReader.Look> looks;
    private final SchemaPlanText words;

    SchemaPlanJson(
            SchemaPolicies policies,
            List<Way> ways,
            SortedMap<String, String> open,
            Map<String, SchemaReader.Look> looks,
            SchemaPlanText words) {
        this.policies = policies;
        this.ways = ways;
        this.open = open;
        this.looks = looks;
        this.words = words;
    }

    @Override
    public String toString() {
        return new JsonText.Fields()
                        .text("schema", policies.variables().values().get("schema"))
                        .json("protected", lines(ways.stream().map(this::table).toList()))
                        .json(
                                "global",
                                policies.declaration().global().stream()
                                        .sorted()
                                        .map(JsonText::of)
                                        .collect(JsonText.array()))
                        .json(
                                "open",
                                lines(open.entrySet().stream()
                                        .map(question -> new JsonText.Fields()
                                                .text("table", question.getKey())
                                                .text("question", question.getValue())
                                                .toString())
                                        .toList()))
                + "\n";
    }

    private static String lines(List<String> objects) {
        return objects.isEmpty() ? "[]" : objects.stream().collect(Collectors.joining(",\n  ", "[\n  ", "\n]"));
    }

    private String table(Way way) {
        SchemaReader.Look look = looks.get(way.table());
        return new JsonText.Fields()
                .text("table", way.table())
                .text("by", way.kind().name().toLowerCase(Locale.ROOT))
                .text("column", way.column())
                .text("columnFilledFrom", way.filled().map(OwnColumn::parent))
                .flag("everybodysWithoutOne", way.column().isPresent() && way.reach() == Way.Reach.EVERYBODYS)
                .json(
                        "parents",
                        way.parents().stream().map(SchemaPlanJson::parent).collect(JsonText.array()))
                .json(
                        "members",
                        way.members().stream().map(SchemaPlanJson::member).collect(JsonText.array()))
                .text("shown", look.readable())
                .text("changed", look.changeable())
                .text("written", look.writable())
                .json("notes", words.notes(way).stream().map(JsonText::of).collect(JsonText.array()))
                .toString();
    }

    private static String parent(Way.Parent parent) {
        return named(parent.key())
                .flag("tellsWhose", parent.shows())
                .flag("optional", parent.optional())
                .toString();
    }

    private static String member(Way.Parent member) {
        return named(member.key()).toString();
    }

    private static JsonText.Fields named(ForeignKey key) {
        return new JsonText.Fields()
                .text("table", key.parent().orElseThrow())
                .json("columns", key.columns().stream().map(JsonText::of).collect(JsonText.array()))
                .json("key", key.parentColumns().stream().map(JsonText::of).collect(JsonText.array()));
    }
}
