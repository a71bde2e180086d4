package io.tenantdatasource.policy;

import static io.tenantdatasource.policy.ToolScripts.comment;

import java.util.HashMap;
import java.util.Map;

/**
 * Migrations for Flyway, one a step, with the names of the review's schema. A file cannot be conditional there: what is
 * for some tables only is in a location of its own.
 */
final class FlywayScripts {

    private FlywayScripts() {}

    static Map<String, String> write(ToolScripts.Part part) {
        Map<String, String> files = new HashMap<>();
        int version = 0;
        String conditionsColumn = "";
        for (MigrationStep step : part.steps()) {
            String file = "R__" + part.repeatable() + ".sql";
            if (!step.equals(last(part))) {
                String column = step.condition()
                        .map(MigrationStep.Condition::columnVariable)
                        .orElse("");
                // Two that exclude each other share a version, so that Flyway refuses both.
                if (column.isEmpty() || !column.equals(conditionsColumn)) {
                    version++;
                }
                conditionsColumn = column;
                file = "V" + version + "__user_sessions_" + title(step) + ".sql";
            }
            String path = "flyway/" + location(part, step) + "/" + file;
            files.put(path, text(part, step));
            if (!step.inTransaction()) {
                files.put(path + ".conf", "executeInTransaction=false\n");
            }
        }
        return files;
    }

    private static MigrationStep last(ToolScripts.Part part) {
        return part.steps().get(part.steps().size() - 1);
    }

    private static String title(MigrationStep step) {
        return step.name().replaceFirst(".*/", "").replaceFirst("\\.sql$", "").replace('-', '_');
    }

    private static String location(ToolScripts.Part part, MigrationStep step) {
        return part.name()
                + step.condition()
                        .map(condition -> (condition.present() ? "-" : "-no-")
                                + columnName(part, condition).replace('_', '-'))
                        .orElse("");
    }

    private static String columnName(ToolScripts.Part part, MigrationStep.Condition condition) {
        return part.names().get(condition.columnVariable());
    }

    private static String text(ToolScripts.Part part, MigrationStep step) {
        String when = step.condition()
                .map(condition -> "Only for a sessions table "
                        + (condition.present() ? "that has a column " : "without a column ")
                        + columnName(part, condition) + ".")
                .orElse(part.does());
        return comment(when, "", "Generated from tenant-datasource's resources, with the names of the review's schema.")
                + "\n"
                + step.script().render(part.names());
    }
}
