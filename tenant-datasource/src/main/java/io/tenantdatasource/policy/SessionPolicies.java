package io.tenantdatasource.policy;

import io.tenantdatasource.internal.Identifier;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
 * <p>A setting that is unset, empty or of another form than its column's type shows no rows and throws nothing. What is equal
 * to it, and which user a session names, is what the database calls equal for that key. A table with other permissive policies
 * that the role or a member of it falls under is refused (SQLState 55000), for they would show more than the tenant's
 * rows. What is granted later is not seen.
 *
 * <p>Every name can be changed; each wither returns a new object, this one stays as it is. Names are taken as they are
 * and quoted, capitals and all. Immutable, so safe to share between threads.
 */
public final class SessionPolicies {

    private static final ScriptVariables DEFAULTS = new ScriptVariables(Map.ofEntries(
            Map.entry("sessions_schema", "public"),
            Map.entry("sessions_table", "user_sessions"),
            Map.entry("session_token_column", "session_token"),
            Map.entry("session_token_hash_column", "session_token_hash"),
            Map.entry("session_user_column", "user_id"),
            Map.entry("session_organization_column", "organization_id"),
            Map.entry("session_created_column", "created_at"),
            Map.entry("session_expires_column", "expires_at"),
            Map.entry("users_schema", "public"),
            Map.entry("users_table", "users"),
            Map.entry("users_id_column", "id"),
            Map.entry("users_organization_column", "organization_id"),
            Map.entry("fast_for", "lookups"),
            Map.entry("role", "authenticated"),
            Map.entry("organization_setting", "app.organization_id"),
            Map.entry("user_setting", "app.user_id"),
            Map.entry("lock_timeout", "5000ms"),
            Map.entry("batch_pages", "64"),
            Map.entry("batch_pause", "10")));

    private final SessionMigration migration;
    private final ScriptVariables variables;

    private SessionPolicies(SessionMigration migration, ScriptVariables variables) {
        this.migration = migration;
        this.variables = variables;
    }

    /**
     * The policies that look up the organization of each session's user in the table {@code users}, by its key, which has to
     * be unique there. Needs no change of the sessions table. Fast for look-ups by token or user; see {@link #forLists}.
     *
     * @return the migration with the names of the review's schema
     */
    public static SessionPolicies throughUsers() {
        return new SessionPolicies(SessionMigration.throughUsers(), DEFAULTS);
    }

    /**
     * The policies that compare a column {@code organization_id} of the sessions table. The migration adds the column,
     * fills it, and has the database keep it right: a trigger looks it up where a session comes without one or changes its
     * user, and a foreign key {@code (user_id, organization_id)} lets no session name another organization than its
     * user's, also when a user moves. Needs to own both tables.
     *
     * <p>As fast as no row security with the indexes that come with it; to be preferred where organizations have
     * thousands of users.
     *
     * @return the migration with the names of the review's schema
     */
    public static SessionPolicies ownColumn() {
        return new SessionPolicies(SessionMigration.ownColumn(), DEFAULTS);
    }

    /**
     * Makes the policies through users fast for queries over all sessions of an organization that do not name the
     * organization themselves, at the expense of those that look a session up by its token or its user: they read the ids of
     * all the organization's users then. Both show the same rows; applying the other one replaces this one, in one
     * transaction, on a table that may be in use.
     *
     * @return a migration with policies for lists; the default is for look-ups
     * @throws IllegalStateException if the sessions have a column of their own, which is fast for both
     */
    public SessionPolicies forLists() {
        if (!migration.shape().equals("through users")) {
            throw new IllegalStateException(
                    "forLists() is for the policies through users; those by a column of the sessions"
                            + " table are fast for lists as they are");
        }
        return with(variables.with("fast_for", "lists"));
    }

    /**
     * Names the schema of both tables.
     *
     * @param schema the schema, {@code public} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no schema can have that name
     */
    public SessionPolicies schema(String schema) {
        return with(variables.withIdentifier("sessions_schema", schema).withIdentifier("users_schema", schema));
    }

    /**
     * Names the sessions table.
     *
     * @param table the table, {@code user_sessions} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no table can have that name, or if it is one with its schema
     */
    public SessionPolicies sessionsTable(String table) {
        return with(variables.withTable("sessions_table", table, "pass them as two arguments"));
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
        return with(variables.withIdentifier("sessions_schema", schema).withIdentifier("sessions_table", table));
    }

    /**
     * Names the column of the sessions table that holds the token, which nobody but its bearer and the application may
     * see.
     *
     * @param column the column, {@code session_token} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no column can have that name
     */
    public SessionPolicies sessionTokenColumn(String column) {
        return with(variables.withIdentifier("session_token_column", column));
    }

    /**
     * Names the column of the sessions table that holds the SHA-256 of the token, for {@link SessionLogin#byTokenHash} and
     * {@link SessionTokenHash}.
     *
     * @param column the column, {@code session_token_hash} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no column can have that name
     */
    public SessionPolicies sessionTokenHashColumn(String column) {
        return with(variables.withIdentifier("session_token_hash_column", column));
    }

    /**
     * Names the column of the sessions table that holds the user.
     *
     * @param column the column, {@code user_id} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no column can have that name
     */
    public SessionPolicies sessionUserColumn(String column) {
        return with(variables.withIdentifier("session_user_column", column));
    }

    /**
     * Names the column of the sessions table that holds the organization, with {@link #ownColumn()}. One that exists is
     * kept.
     *
     * @param column the column, {@code organization_id} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no column can have that name
     */
    public SessionPolicies sessionOrganizationColumn(String column) {
        return with(variables.withIdentifier("session_organization_column", column));
    }

    /**
     * Names the column of the sessions table that tells when a session began. Without such a column there is an index on
     * the organization alone.
     *
     * @param column the column, {@code created_at} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no column can have that name
     */
    public SessionPolicies sessionCreatedColumn(String column) {
        return with(variables.withIdentifier("session_created_column", column));
    }

    /**
     * Names the column of the sessions table that tells when a session expires.
     *
     * @param column the column, {@code expires_at} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no column can have that name
     */
    public SessionPolicies sessionExpiresColumn(String column) {
        return with(variables.withIdentifier("session_expires_column", column));
    }

    /**
     * Names the users table.
     *
     * @param table the table, {@code users} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no table can have that name, or if it is one with its schema
     */
    public SessionPolicies usersTable(String table) {
        return with(variables.withTable("users_table", table, "pass them as two arguments"));
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
        return with(variables.withIdentifier("users_schema", schema).withIdentifier("users_table", table));
    }

    /**
     * Names the primary key of the users table.
     *
     * @param column the column, {@code id} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no column can have that name
     */
    public SessionPolicies usersIdColumn(String column) {
        return with(variables.withIdentifier("users_id_column", column));
    }

    /**
     * Names the column of the users table that holds the organization.
     *
     * @param column the column, {@code organization_id} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no column can have that name
     */
    public SessionPolicies usersOrganizationColumn(String column) {
        return with(variables.withIdentifier("users_organization_column", column));
    }

    /**
     * Names the role that the policies are for. Created, without login, if it is missing.
     *
     * @param role the role, {@code authenticated} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no role can have that name
     */
    public SessionPolicies role(String role) {
        return with(variables.withIdentifier("role", role));
    }

    /**
     * Names a role for jobs that delete the expired sessions of all organizations. Without a name there is none. Created,
     * without login, if it is missing: a job's own user has to be a member of it, or to assume it.
     *
     * <p>The role can read when an expired session expired and its primary key (where the token is part of that, its
     * {@code ctid}), lock it, and delete it: nothing else. The migration refuses (SQLState 55000) a role that can read or do
     * more, that no policy binds, or that the application can become. The column {@link #sessionExpiresColumn} has to be a
     * {@code timestamptz}, a {@code timestamp}, which is taken as UTC, or a {@code bigint} of milliseconds since 1970; a row
     * without a value never expires.
     *
     * @param role the role; not the application's
     * @return a migration with that role
     * @throws IllegalArgumentException if no role can have that name
     */
    public SessionPolicies cleanupRole(String role) {
        return with(variables.withIdentifier("cleanup_role", role));
    }

    /**
     * Names a role that sees and changes all sessions, for migrations of data: by a policy of its own, {@code
     * user_sessions_maintenance_policy}. Created, without login, if it is missing; granted SELECT, INSERT, UPDATE and DELETE on
     * the table. Who runs migrations assumes it ({@code set role}).
     *
     * <p>Refused (SQLState 55000) where it can log in, or where who falls under the other policies is a member of it or can
     * become one. To who is made such a member later it shows nothing.
     *
     * @param role the role; none by default
     * @return a migration with that role
     * @throws IllegalArgumentException if no role can have that name
     */
    public SessionPolicies maintenanceRole(String role) {
        return with(variables.withIdentifier("maintenance_role", role));
    }

    /**
     * Names the setting that carries the organization.
     *
     * @param name a custom setting, {@code app.organization_id} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if the server would not take that name
     */
    public SessionPolicies organizationSetting(String name) {
        return with(variables.withSetting("organization_setting", name));
    }

    /**
     * Names the setting that carries the further organizations of a tenant that {@linkplain io.tenantdatasource.Tenant#reading reads}
     * several. With it, rows of any of these and of the own organization are shown. Rows are written, changed, locked and deleted
     * of the own one only, as without it. Where the setting is unset or empty, or the organization's is, it changes nothing;
     * where a line of it is malformed, there are no further organizations.
     * With {@link #throughUsers}, a users table whose policies are this library's has to have them with the same setting first
     * (SQLState 55000).
     *
     * @param name a custom setting, such as {@code app.organization_ids}, which is not that of the organization; none by default
     * @return a migration with that name
     * @throws IllegalArgumentException if the server would not take that name, or if it is another setting's
     */
    public SessionPolicies organizationsSetting(String name) {
        return with(variables.withOrganizationsSetting(name));
    }

    /**
     * Names the setting that carries the user.
     *
     * @param name a custom setting, {@code app.user_id} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if the server would not take that name
     */
    public SessionPolicies userSetting(String name) {
        return with(variables.withSetting("user_setting", name));
    }

    /**
     * Says how long to try for a lock: five times this. It is waited for in turns of a two-hundredth part of that time, at
     * least 10 milliseconds, with nothing held, for all traffic on a table queues up behind a migration that waits.
     *
     * @param timeout a positive time, counted in milliseconds, 5 seconds by default
     * @return a migration with that time
     * @throws IllegalArgumentException if it is less than a millisecond, or more than PostgreSQL can count
     */
    public SessionPolicies lockTimeout(Duration timeout) {
        return with(variables.withLockTimeout(timeout));
    }

    /**
     * Says how many pages of the sessions table, of 8 kB each, {@link #ownColumn()} fills in one transaction.
     *
     * @param pages a positive number, 64 by default
     * @return a migration with that number
     * @throws IllegalArgumentException if it is less than one
     */
    public SessionPolicies batchPages(int pages) {
        if (pages < 1) {
            throw new IllegalArgumentException("a batch of " + pages + " pages fills nothing");
        }
        return with(variables.with("batch_pages", Integer.toString(pages)));
    }

    /**
     * Says how long {@link #ownColumn()} rests between two batches, so that other traffic, replicas and vacuum keep up.
     *
     * @param pause not negative, counted in milliseconds, 10 milliseconds by default
     * @return a migration with that pause
     * @throws IllegalArgumentException if it is negative
     */
    public SessionPolicies batchPause(Duration pause) {
        if (pause.isNegative()) {
            throw new IllegalArgumentException("batch pause " + pause + " is negative");
        }
        return with(variables.with("batch_pause", Long.toString(pause.toMillis())));
    }

    /**
     * Returns the migration as SQL that runs in one transaction, such as that of a migration tool: all of it, or none. For
     * {@link #ownColumn()} that holds the lock of the tables until all rows are filled and all indexes are built; for a
     * table that is in use, {@link #apply} or the scripts in {@code db/} do the same in short steps.
     *
     * @return the script, all names filled in
     */
    public String sql() {
        return withFurtherRoles(migration.atOnce())
                .map(step -> step.script().render(names()))
                .collect(Collectors.joining("\n"));
    }

    /**
     * Returns the SQL that takes the migration back. To be run in one transaction.
     *
     * @return the script, all names filled in
     */
    public String undoSql() {
        return migration.undo().script().render(names());
    }

    /**
     * Runs the migration on a table that may be in use. Each step holds locks for milliseconds, tries for them as {@link
     * #lockTimeout} says, and takes none where it has nothing to do. What fails in the middle goes on where it stopped when it is run
     * again, and no foreign row is visible meanwhile: the policies come last, in one transaction. Running it again brings
     * them up to date. What takes long tells its progress on this package's logger.
     *
     * @param owner connects as the owner of the sessions table, for {@link #ownColumn()} also of the users table, and not
     *     through a pooler that shares connections between transactions; who also creates the role needs CREATEROLE
     * @throws SQLException what the server says: 55P03 if a table's lock could not be had in time, 55000 if other policies
     *     stand in the way, 42710 or 42P07 if somebody else has given the name of a policy or of an index, 42P01, 3F000 or
     *     42703 if a table, its schema or a column is missing, 42804 if a column's type cannot be compared, 42P21 if a
     *     collation takes different values for one, 42830 if no unique index makes the user's key one, 42501 if a right is
     *     missing, 23503 if a session names a user who does not exist
     */
    public void apply(DataSource owner) throws SQLException {
        MigrationRun.run(owner, withFurtherRoles(migration.steps()).toList(), names());
    }

    /**
     * Takes the migration back, in one transaction. Row security is switched off only if it was off before the migration,
     * and no other policies are left on the table, for it would be open to everyone then. The role stays.
     *
     * <p>The policies of the other solution stay as well, so this is the way from the own column back to the policies
     * through users: {@code throughUsers().apply(owner)}, then {@code ownColumn().undo(owner)}.
     *
     * @param owner connects as the owner of what the migration changed
     * @throws SQLException what the server says: 55P03 if a table's lock could not be had in time, 42P01 or 3F000 if
     *     the table or its schema is missing
     */
    public void undo(DataSource owner) throws SQLException {
        MigrationRun.run(owner, List.of(migration.undo()), names());
    }

    SessionMigration migration() {
        return migration;
    }

    private Stream<MigrationStep> withFurtherRoles(List<MigrationStep> steps) {
        return Stream.of(
                        steps.stream(),
                        where("cleanup_role", SessionMigration.cleanup()),
                        where("maintenance_role", SessionMigration.maintenance()))
                .flatMap(all -> all);
    }

    private Stream<MigrationStep> where(String role, MigrationStep step) {
        return variables.values().containsKey(role) ? Stream.of(step) : Stream.empty();
    }

    /**
     * What the scripts call by name. Indexes and functions share their names with others of the schema, so they are called
     * after the table.
     */
    Map<String, String> names() {
        String table = variables.values().get("sessions_table");
        Map<String, String> names = new TreeMap<>(variables.values());
        names.put("shape", migration.shape());
        names.put("users_key", Identifier.called(table, "_users_key"));
        names.put("user_index", Identifier.called(table, "_user_organization_idx"));
        names.put("newest_index", Identifier.called(table, "_organization_newest_idx"));
        names.put("organization_index", Identifier.called(table, "_organization_idx"));
        names.put("expired_index", Identifier.called(table, "_expires_idx"));
        names.put("login_index", Identifier.called(table, "_login_idx"));
        names.put("token_hash_key", Identifier.called(table, "_token_hash_key"));
        names.put("token_hash_function", Identifier.called(table, "_token_hash"));
        names.put("organization_function", Identifier.called(table, "_organization"));
        return names;
    }

    private SessionPolicies with(ScriptVariables changed) {
        return new SessionPolicies(migration, changed);
    }
}
