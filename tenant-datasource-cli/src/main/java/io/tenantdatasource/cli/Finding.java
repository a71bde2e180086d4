package io.tenantdatasource.cli;

import io.tenantdatasource.check.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something that is to be looked at.
 *
 * @param kind which kind it is of
 * @param object the table or the role
 * @param message what was found, and what to do
 * @param mending SQL that mends it, if one statement does
 */
record Finding(Kind kind, String object, String message, Optional<String> mending) {

    static final Kind OPEN_QUESTION =
            new Kind("TD001", "It cannot be told whose the rows of a table are", "docs/schema.md#reading-a-plan");
    static final Kind NOT_AS_PLANNED =
            new Kind("TD002", "A table is not protected as it is to be", "docs/schema.md#drift");

    /** Kinds have ids that stay, and a page that says more. */
    record Kind(String id, String title, String page) {

        static Kind of(Rule rule) {
            return new Kind(rule.id(), rule.what(), "docs/database-check.md#" + rule.id());
        }

        static Stream<Kind> all() {
            return Stream.concat(
                    Stream.of(OPEN_QUESTION, NOT_AS_PLANNED),
                    Arrays.stream(Rule.values()).map(Kind::of));
        }
    }

    static Finding of(Kind kind, String object, String message) {
        return new Finding(kind, object, message, Optional.empty());
    }

    static Stream<Finding> of(io.tenantdatasource.check.Finding found) {
        Rule rule = found.rule();
        return found.objects().stream()
                .map(object -> new Finding(
                        Kind.of(rule),
                        object,
                        rule.what() + ". Next: " + rule.next(),
                        Optional.ofNullable(found.mending().get(object))));
    }

    /** As it stands in a baseline. */
    String line() {
        return kind.id() + " " + text();
    }

    private String text() {
        return (object + ": " + message).replaceAll("\\R", " ");
    }

    static String text(List<Finding> findings, Paint paint) {
        return findings.stream()
                .map(finding -> finding.painted(paint) + "\n"
                        + finding.mending().map(sql -> "    " + sql + "\n").orElse(""))
                .collect(Collectors.joining());
    }

    /** What row security does not do for a role may be meant. */
    private String painted(Paint paint) {
        return kind.equals(OPEN_QUESTION) || kind.equals(NOT_AS_PLANNED) ? paint.red(line()) : paint.yellow(line());
    }

    private String json() {
        return "{\"id\": " + quoted(kind.id()) + ", \"object\": " + quoted(object) + ", \"message\": " + quoted(message)
                + ", \"page\": " + quoted(kind.page())
                + mending.map(sql -> ", \"mending\": " + quoted(sql)).orElse("") + "}";
    }

    static String json(List<Finding> findings) {
        return findings.stream().map(Finding::json).collect(Collectors.joining(",\n  ", "[\n  ", "\n]\n"));
    }

    /** The Static Analysis Results Interchange Format, as code scanning reads it. */
    static String sarif(List<Finding> findings) {
        String rules = Kind.all()
                .map(kind -> "{\"id\": " + quoted(kind.id()) + ", \"shortDescription\": {\"text\": "
                        + quoted(kind.title()) + "}, \"help\": {\"text\": " + quoted("See " + kind.page()) + "}}")
                .collect(Collectors.joining(", "));
        return """
                {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{
                  "tool": {"driver": {"name": "tenant-datasource", "rules": [%s]}},
                  "results": [%s]
                }]}
                """.formatted(rules, findings.stream().map(Finding::sarif).collect(Collectors.joining(",\n  ")));
    }

    private String sarif() {
        return "{\"ruleId\": " + quoted(kind.id()) + ", \"level\": \"error\", \"message\": {\"text\": "
                + quoted(text() + mending.map(sql -> " To mend it: " + sql).orElse(""))
                + "}, \"locations\": [{\"logicalLocations\": [{\"name\": " + quoted(object)
                + ", \"kind\": \"resource\"}]}]}";
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                json.append('\\').append((char) c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", c));
            } else {
                json.append((char) c);
            }
        });
        return json.append('"').toString();
    }
}
