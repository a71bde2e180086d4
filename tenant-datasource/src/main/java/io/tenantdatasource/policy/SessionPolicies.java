package io.tenantdatasource.policy;

import io.tenantdatasource.internal.Identifier;
import io.tenantdatasource.internal.SettingName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.sql.DataSource;

/**
 * The bundled migration: row-level security for a table of user sessions, so that a connection sees and changes only the
 * sessions of the organization that it is bound to, and only those of its user if it is bound to one.
 *
 * <pre>{@code
 * SessionPolicies.throughUsers().apply(ownerOfTheTable);
 * }</pre>
 *
 * <p>It enables and forces row security on {@code public.user_sessions} and creates, for the role {@code authenticated},
 * the policies {@code user_sessions_select_policy}, {@code …_insert_policy}, {@code …_update_policy}, {@code
 * …_delete_policy} and the restrictive {@code user_sessions_own_policy}. The application's user has to be a member of
 * that role, or to assume it ({@code assumeRole}), and needs rights on the table, as well as SELECT on the columns of
 * {@code users} that the policies read: policies only ever take away.
 *
 * <p>A setting that is unset, empty or no UUID shows no rows and throws nothing. A table with other permissive policies
 * that the role or a member of it falls under is refused (SQLState 55000), for they would show more than the tenant's
 * rows. What is granted later is not seen.
 *
 * <p>Every name can be changed; each wither returns a new object, this one stays as it is. Names are taken as they are
 * and quoted, capitals and all. Immutable, so safe to share between threads.
 */
public final class SessionPolicies {

    /** A table of that name would be hidden by the alias where the script means the table. */
    private static final String ALIAS_IN_SCRIPT = "tenant_datasource_user";

    private final SqlScript script;
    private final SqlScript undoScript;
    private final Map<String, String> variables;

    private SessionPolicies(SqlScript script, SqlScript undoScript, Map<String, String> variables) {
        this.script = script;
        this.undoScript = undoScript;
        this.variables = variables;
    }

    /**
     * The policies that look up the organization of each session's user in the table {@code users}. Needs no change of
     * the sessions table.
     *
     * @return the migration with the names of the review's schema
     */
    public static SessionPolicies throughUsers() {
        return new SessionPolicies(
                SqlScript.load("through-users.sql"),
                SqlScript.load("through-users-undo.sql"),
                Map.ofEntries(
                        Map.entry("sessions_schema", "public"),
                        Map.entry("sessions_table", "user_sessions"),
                        Map.entry("session_user_column", "user_id"),
                        Map.entry("users_schema", "public"),
                        Map.entry("users_table", "users"),
                        Map.entry("users_id_column", "id"),
                        Map.entry("users_organization_column", "organization_id"),
                        Map.entry("role", "authenticated"),
                        Map.entry("organization_setting", "app.organization_id"),
                        Map.entry("user_setting", "app.user_id"),
                        Map.entry("lock_timeout", "5000ms")));
    }

    /**
     * Names the schema of both tables.
     *
     * @param schema the schema, {@code public} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no schema can have that name
     */
    public SessionPolicies schema(String schema) {
        return withIdentifier("sessions_schema", schema).withIdentifier("users_schema", schema);
    }

    /**
     * Names the sessions table.
     *
     * @param table the table, {@code user_sessions} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no table can have that name, or if it is one with its schema
     */
    public SessionPolicies sessionsTable(String table) {
        return withTable("sessions_table", table);
    }

    /**
     * Names the sessions table, in a schema of its own.
     *
     * @param schema the schema
     * @param table the table
     * @return a migration with these names
     * @throws IllegalArgumentException if no schema or table can have such a name
     */
    public SessionPolicies sessionsTable(String schema, String table) {
        return withIdentifier("sessions_schema", schema).withIdentifier("sessions_table", table);
    }

    /**
     * Names the column of the sessions table that holds the user.
     *
     * @param column the column, {@code user_id} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no column can have that name
     */
    public SessionPolicies sessionUserColumn(String column) {
        return withIdentifier("session_user_column", column);
    }

    /**
     * Names the users table.
     *
     * @param table the table, {@code users} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no table can have that name, or if it is one with its schema
     */
    public SessionPolicies usersTable(String table) {
        return withTable("users_table", table);
    }

    /**
     * Names the users table, in a schema of its own.
     *
     * @param schema the schema
     * @param table the table
     * @return a migration with these names
     * @throws IllegalArgumentException if no schema or table can have such a name
     */
    public SessionPolicies usersTable(String schema, String table) {
        return withIdentifier("users_schema", schema).withIdentifier("users_table", table);
    }

    /**
     * Names the primary key of the users table.
     *
     * @param column the column, {@code id} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no column can have that name
     */
    public SessionPolicies usersIdColumn(String column) {
        return withIdentifier("users_id_column", column);
    }

    /**
     * Names the column of the users table that holds the organization.
     *
     * @param column the column, {@code organization_id} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no column can have that name
     */
    public SessionPolicies usersOrganizationColumn(String column) {
        return withIdentifier("users_organization_column", column);
    }

    /**
     * Names the role that the policies are for. Created, without login, if it is missing.
     *
     * @param role the role, {@code authenticated} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no role can have that name
     */
    public SessionPolicies role(String role) {
        return withIdentifier("role", role);
    }

    /**
     * Names the setting that carries the organization.
     *
     * @param name a custom setting, {@code app.organization_id} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if the server would not take that name
     */
    public SessionPolicies organizationSetting(String name) {
        return with("organization_setting", new SettingName(name).value());
    }

    /**
     * Names the setting that carries the user.
     *
     * @param name a custom setting, {@code app.user_id} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if the server would not take that name
     */
    public SessionPolicies userSetting(String name) {
        return with("user_setting", new SettingName(name).value());
    }

    /**
     * Says how long to wait for the table's lock. All traffic on the table queues up behind a migration that waits.
     *
     * @param timeout a positive time, counted in milliseconds, 5 seconds by default
     * @return a migration with that time
     * @throws IllegalArgumentException if it is less than a millisecond, or more than PostgreSQL can count
     */
    public SessionPolicies lockTimeout(Duration timeout) {
        long millis = timeout.toMillis();
        if (millis < 1 || millis > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "lock timeout " + timeout + " is not between 1 and " + Integer.MAX_VALUE + " milliseconds");
        }
        return with("lock_timeout", millis + "ms");
    }

    /**
     * Returns the migration as SQL, for psql or a migration tool. To be run in one transaction.
     *
     * @return the script, all names filled in
     */
    public String sql() {
        return script.render(variables);
    }

    /**
     * Returns the SQL that takes the migration back. To be run in one transaction.
     *
     * @return the script, all names filled in
     */
    public String undoSql() {
        return undoScript.render(variables);
    }

    /**
     * Runs the migration in one transaction: all of it, or none. Running it again brings the policies up to date.
     *
     * @param owner connects as the owner of the sessions table; who also creates the role needs CREATEROLE
     * @throws SQLException what the server says: 55P03 if the table's lock could not be had in time, 55000 if other
     *     policies stand in the way, 42P01 or 3F000 if a table or its schema is missing, 42501 if a right is
     */
    public void apply(DataSource owner) throws SQLException {
        run(owner, sql());
    }

    /**
     * Takes the migration back, in one transaction. Row security is switched off only if it was off before the migration,
     * and no other policies are left on the table, for it would be open to everyone then. The role stays.
     *
     * @param owner connects as the owner of the sessions table
     * @throws SQLException what the server says: 55P03 if the table's lock could not be had in time, 42P01 or 3F000 if
     *     the table or its schema is missing
     */
    public void undo(DataSource owner) throws SQLException {
        run(owner, undoSql());
    }

    private static void run(DataSource owner, String sql) throws SQLException {
        try (Connection connection = owner.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                statement.execute(sql);
                connection.commit();
            } catch (Throwable failure) {
                rollBack(connection, autoCommit, failure);
                throw failure;
            }
            connection.setAutoCommit(autoCommit);
        }
    }

    /** What went wrong first is what the caller has to hear. */
    private static void rollBack(Connection connection, boolean autoCommit, Throwable failure) {
        try {
            connection.rollback();
            connection.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private SessionPolicies withIdentifier(String variable, String name) {
        if (name != null && name.equals(ALIAS_IN_SCRIPT)) {
            throw new IllegalArgumentException("\"" + name + "\" is what the script calls a user; rename that table");
        }
        return with(variable, Identifier.of(variable.replace('_', ' '), name).value());
    }

    private SessionPolicies withTable(String variable, String table) {
        if (Objects.requireNonNull(table, "table is null").indexOf('.') >= 0) {
            throw new IllegalArgumentException(
                    "\"" + table + "\" looks like a schema and a table: pass them as two arguments");
        }
        return withIdentifier(variable, table);
    }

    private SessionPolicies with(String variable, String value) {
        Map<String, String> changed = new TreeMap<>(variables);
        changed.put(variable, value);
        return new SessionPolicies(script, undoScript, changed);
    }
}
