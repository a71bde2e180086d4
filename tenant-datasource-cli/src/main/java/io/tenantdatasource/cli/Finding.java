package io.tenantdatasource.cli;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Something that is to be looked at.
 *
 * @param rule which kind it is of
 * @param message what was found, on what, and what to do
 */
record Finding(Rule rule, String message) {

    /** Kinds, by ids that stay. */
    enum Rule {
        OPEN_QUESTION("TD001", "error", "It cannot be told whose the rows of a table are"),
        NOT_AS_PLANNED("TD002", "error", "A table is not protected as it is to be");

        private final String id;
        private final String level;
        private final String title;

        Rule(String id, String level, String title) {
            this.id = id;
            this.level = level;
            this.title = title;
        }
    }

    /** As it stands in a baseline. */
    String line() {
        return rule.id + " " + message.replaceAll("\\R", " ");
    }

    String json() {
        return "{\"id\": " + quoted(rule.id) + ", \"message\": " + quoted(message) + "}";
    }

    static String json(List<Finding> findings) {
        return findings.stream().map(Finding::json).collect(Collectors.joining(",\n  ", "[\n  ", "\n]\n"));
    }

    /** The Static Analysis Results Interchange Format, as code scanning reads it. */
    static String sarif(List<Finding> findings) {
        String rules = List.of(Rule.values()).stream()
                .map(rule -> "{\"id\": " + quoted(rule.id) + ", \"shortDescription\": {\"text\": " + quoted(rule.title)
                        + "}}")
                .collect(Collectors.joining(", "));
        String results = findings.stream()
                .map(finding -> "{\"ruleId\": " + quoted(finding.rule.id) + ", \"level\": " + quoted(finding.rule.level)
                        + ", \"message\": {\"text\": " + quoted(finding.message)
                        + "}, \"locations\": [{\"logicalLocations\": [{\"name\": "
                        + quoted(finding.message.split(":", 2)[0]) + ", \"kind\": \"resource\"}]}]}")
                .collect(Collectors.joining(",\n  "));
        return """
                {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{
                  "tool": {"driver": {"name": "tenant-datasource", "rules": [%s]}},
                  "results": [%s]
                }]}
                """.formatted(rules, results);
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
