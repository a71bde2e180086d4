package io.tenantdatasource.policy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Refuses changes of a schema that would show the role that serves requests rows that policies of this library hide: a new table,
 * partition or view, a function with {@code SECURITY DEFINER}, a policy beside ours, row security that is switched off. There are two
 * ways to ask, which see the same.
 *
 * <pre>{@code
 * DdlGuard.refusing().apply(superuser);                    // event triggers: each command that would, fails
 *
 * DdlGuard.refusing().requireProtected(migratingUser);     // after migrations, with no right of its own
 * }</pre>
 *
 * <p>The roles that serve requests are those that the policies are for, and whoever may become one of them. What is meant to be shown
 * is accepted, by {@link #accept} or by the setting {@code tenant_datasource.accept}; what is protected cannot be. All of what
 * is looked for is in {@code docs/ddl-guard.md}, and told by {@link io.tenantdatasource.check.DatabaseCheck} as well.
 *
 * <p>The same is in {@code db/tenant-datasource}, below {@code sql}, {@code psql}, {@code flyway} and {@code liquibase}, as {@code
 * ddl-guard} and {@code require-protected}.
 *
 * <p>Each wither returns a new object, this one stays as it is. Immutable, so safe to share between threads.
 */
public final class DdlGuard {

    static final MigrationStep GUARD = MigrationStep.inTransaction("guard/ddl-guard.sql");
    static final MigrationStep UNDO = MigrationStep.inTransaction("guard/ddl-guard-undo.sql");

    private static final MigrationStep REQUIRE_PROTECTED =
            MigrationStep.inTransaction("guard/require-protected-but.sql");

    private static final DdlGuard DEFAULTS = new DdlGuard(new ScriptVariables(Map.of())
            .withIdentifier("schema", "public")
            .with("accept", "")
            .with("reports", "")
            .withLockTimeout(Duration.ofSeconds(5)));

    private final ScriptVariables variables;

    private DdlGuard(ScriptVariables variables) {
        this.variables = variables;
    }

    /**
     * A guard under which a command that would show hidden rows fails, with SQLState 55000, and changes nothing.
     *
     * @return the guard, which accepts nothing, and has its function in the schema {@code public}
     */
    public static DdlGuard refusing() {
        return DEFAULTS;
    }

    /**
     * Only reports: each command that would show hidden rows succeeds, with a warning that says the same. {@link #requireProtected}
     * refuses all the same.
     *
     * @return a guard that refuses no command
     */
    public DdlGuard reportOnly() {
        return new DdlGuard(variables.with("reports", "yes"));
    }

    /**
     * Names what is meant to be shown, besides what was accepted before. A name is compared by what it means when it is asked: a table
     * that is dropped and created anew under its name is accepted as well.
     *
     * @param names tables and views with their schema, such as {@code public.countries}, and functions with the types of their
     *     arguments, such as {@code public.search(text)}; quoted as in SQL
     * @return a guard that accepts these as well
     * @throws IllegalArgumentException if a name is blank, or has a semicolon in it, which separates them in settings
     */
    public DdlGuard accept(String... names) {
        Stream.of(names).forEach(DdlGuard::requireOneName);
        return new DdlGuard(variables.with(
                "accept",
                Stream.concat(Stream.of(names().get("accept")), Stream.of(names))
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.joining("; "))));
    }

    private static void requireOneName(String name) {
        if (Objects.requireNonNull(name, "a name to accept is null").isBlank() || name.indexOf(';') >= 0) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is no name to accept; name one table, view or function each, with its schema");
        }
    }

    /**
     * Names the schema of the event triggers' function. Nobody but superusers should be allowed to change that function.
     *
     * @param schema the schema, {@code public} by default
     * @return a guard with that name
     * @throws IllegalArgumentException if no schema can have that name
     */
    public DdlGuard schema(String schema) {
        return new DdlGuard(variables.withIdentifier("schema", schema));
    }

    /**
     * Returns the event triggers as SQL that runs in one transaction, such as that of a migration tool.
     *
     * @return the script, all names filled in
     */
    public String sql() {
        return GUARD.render(names());
    }

    /**
     * Returns the SQL that takes the event triggers back. To be run in one transaction.
     *
     * @return the script
     */
    public String undoSql() {
        return UNDO.render(names());
    }

    /**
     * Creates the event triggers, or replaces those that there are. Locks no table. What is exposed already is not told: see
     * {@link #requireProtected}.
     *
     * @param superuser who may create event triggers, on all versions of PostgreSQL a superuser
     * @throws SQLException what the server says, and nothing was changed: 42501 if the user may not create event triggers, 42704 if
     *     something to accept is not there, 42710 if somebody else has an event trigger or function of that name, 3F000 if there is no
     *     such schema
     */
    public void apply(DataSource superuser) throws SQLException {
        MigrationRun.run(superuser, List.of(GUARD), names());
    }

    /**
     * Takes the event triggers back, in whatever schema their function is. Passes where there are none.
     *
     * @param superuser who may drop them
     * @throws SQLException what the server says: 42501 if the user may not drop them
     */
    public void undo(DataSource superuser) throws SQLException {
        MigrationRun.run(superuser, List.of(UNDO), names());
    }

    /**
     * Refuses to go on where anything shows hidden rows now, whether it is new or not. Passes where nothing is protected. Changes
     * nothing, and locks no table.
     *
     * @param anybody whose connection asks; needs no right
     * @throws SQLException with SQLState 55000 if anything does; the message names the objects, and the hint says what to do next.
     *     Others if the database cannot be asked
     */
    public void requireProtected(DataSource anybody) throws SQLException {
        MigrationRun.run(anybody, List.of(REQUIRE_PROTECTED), names());
    }

    /**
     * The same on a connection, such as one on which a migration is about to be committed. It is neither committed nor rolled back.
     *
     * @param migrating what migrations run on, not null
     * @throws SQLException with SQLState 55000 if anything shows hidden rows; an open transaction is failed then, as after any error.
     *     Others if the database cannot be asked
     */
    public void requireProtected(Connection migrating) throws SQLException {
        try (Statement statement = migrating.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(REQUIRE_PROTECTED.render(names()));
        }
    }

    Map<String, String> names() {
        return variables.values();
    }
}
