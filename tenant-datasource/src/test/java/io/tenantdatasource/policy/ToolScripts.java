package io.tenantdatasource.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes all of {@code db/}: the migrations as psql, Flyway, Liquibase and everything else that runs SQL take them, and what tests
 * in SQL include.
 */
final class ToolScripts {

    /** Taken over as it is, for people who test in SQL and have no jar. */
    private static final Path PGTAP =
            Path.of("../tenant-datasource-test/src/main/resources/io/tenantdatasource/test/pgtap/tenant_isolation.sql");

    private static final String OWNER = "the owner of the tables that it changes";

    /** What there is a migration for. To add one, add it here, and run the test with {@code -Dtool-scripts.update}. */
    private static final List<Part> PARTS = List.of(
            solution(
                    "through-users",
                    "Row-level security for a table of user sessions, through the organization of each session's user.",
                    SessionPolicies.throughUsers()),
            solution(
                    "own-column",
                    "Row-level security for a table of user sessions, by an organization column of its own that the database"
                            + " keeps right.",
                    SessionPolicies.ownColumn()),
            new Part(
                    "cleanup",
                    "A role for jobs that delete expired sessions. Comes after through-users or own-column, whose undo takes"
                            + " it back.",
                    "user_sessions_policies_cleanup",
                    List.of(SessionMigration.cleanup()),
                    List.of(SessionMigration.cleanup()),
                    Optional.empty(),
                    SessionPolicies.throughUsers()
                            .cleanupRole("session_cleanup")
                            .names(),
                    "sessions_table",
                    OWNER),
            new Part(
                    "ddl-guard",
                    "Event triggers that refuse what would newly show rows that policies hide; with reports=yes they only warn.",
                    "ddl_guard",
                    List.of(DdlGuard.GUARD),
                    List.of(DdlGuard.GUARD),
                    Optional.of(DdlGuard.UNDO),
                    DdlGuard.refusing().names(),
                    "schema",
                    "a superuser, who alone may create event triggers"));

    private static Part solution(String name, String does, SessionPolicies policies) {
        SessionMigration migration = policies.migration();
        return new Part(
                name,
                does,
                "user_sessions_policies",
                migration.steps(),
                migration.atOnce(),
                Optional.of(migration.undo()),
                policies.names(),
                "sessions_table",
                OWNER);
    }

    /**
     * A migration and its undo.
     *
     * @param name what its files are called
     * @param does what it does, in a sentence
     * @param repeatable what Flyway calls the last step; it runs these in the order of their names. Parts that replace each
     *     other share it: Flyway refuses both at once, and runs the other one's when one is replaced
     * @param steps for a live table, one after the other
     * @param atOnce for one transaction
     * @param undo takes either back
     * @param names the variables of the scripts, with the names of the review's schema
     * @param tableVariable the variable after whose value others are called, which nobody sets
     * @param user who has to run it
     */
    record Part(
            String name,
            String does,
            String repeatable,
            List<MigrationStep> steps,
            List<MigrationStep> atOnce,
            Optional<MigrationStep> undo,
            Map<String, String> names,
            String tableVariable,
            String user) {

        /** The end of a name that begins with the table's, or nothing where it is one that can be set. */
        Optional<String> suffix(String variable) {
            String start = names.get(tableVariable) + "_";
            return Optional.of(names.get(variable))
                    .filter(value -> value.startsWith(start))
                    .map(value -> value.substring(start.length() - 1));
        }

        /** The variables of some steps, each once, the table first. */
        List<String> variables(List<MigrationStep> some) {
            Stream<String> inScripts = some.stream()
                    .flatMap(step -> Stream.concat(
                            step.script().variables().stream(),
                            step.condition().map(MigrationStep.Condition::columnVariable).stream()));
            return Stream.concat(Stream.of(tableVariable), inScripts).distinct().toList();
        }
    }

    private ToolScripts() {}

    /** All files, by their path below {@code db/}. */
    static Map<String, String> write() {
        Map<String, String> files = new TreeMap<>();
        for (Part part : PARTS) {
            files.putAll(PlainScripts.write(part));
            files.putAll(PsqlScripts.write(part));
            files.putAll(FlywayScripts.write(part));
            files.putAll(LiquibaseChangeLog.write(part));
        }
        files.putAll(CallbackScripts.write());
        files.replaceAll((path, text) -> spaced(text));
        files.put("pgtap/tenant_isolation.sql", read(PGTAP));
        return files;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String comment(String... lines) {
        return Arrays.stream(lines)
                .map(line -> line.isEmpty() ? "--\n" : "-- " + line + "\n")
                .collect(Collectors.joining());
    }

    /** With an empty line between what came from one file and what came from another. */
    private static String spaced(String sql) {
        return sql.replaceAll("(?m)(;|^\\\\gset \\w+)\\n(?=-- |select\\b|do \\$)", "$1\n\n");
    }
}
