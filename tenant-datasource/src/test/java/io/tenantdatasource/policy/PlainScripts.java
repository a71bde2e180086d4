package io.tenantdatasource.policy;

import static io.tenantdatasource.policy.ToolScripts.comment;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** SQL with the names of the review's schema, for one transaction of any client. */
final class PlainScripts {

    private PlainScripts() {}

    static Map<String, String> write(ToolScripts.Part part) {
        Map<String, String> files = new HashMap<>();
        files.put("sql/" + part.name() + ".sql", script(part, part.does(), part.atOnce()));
        part.undo()
                .ifPresent(undo -> files.put(
                        "sql/" + part.name() + "-undo.sql",
                        script(part, "Takes " + part.name() + " back.", List.of(undo))));
        return files;
    }

    private static String script(ToolScripts.Part part, String does, List<MigrationStep> steps) {
        String head = comment(
                does,
                "",
                "Plain SQL for one transaction of whatever runs it, with the names of the review's schema. Generated; other names:",
                "SessionPolicies.sql() and undoSql(), or psql/.");
        return head
                + steps.stream()
                        .map(step -> "\n-- === " + step.name() + " ===\n\n"
                                + step.script().render(part.names()))
                        .collect(Collectors.joining());
    }
}
