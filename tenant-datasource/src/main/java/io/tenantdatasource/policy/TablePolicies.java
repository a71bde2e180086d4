package io.tenantdatasource.policy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Row-level security for any table whose rows belong to organizations, so that a connection sees and changes only those of
 * the organization that it is bound to.
 *
 * <pre>{@code
 * TablePolicies.ownColumn("invoices").apply(owner);
 * TablePolicies.throughParent("invoice_lines", "invoices").apply(owner);
 * }</pre>
 *
 * <p>It enables and forces row security on the table, its partitions and the tables that inherit from it, and creates on
 * each, for the role {@code authenticated}, the policies {@code tenant_select_policy}, {@code tenant_insert_policy}, {@code
 * tenant_update_policy}, {@code tenant_delete_policy} and, with a {@link #userColumn}, the restrictive {@code
 * tenant_own_policy}. The application's user has to be a member of that role, or to assume it, and needs rights on the
 * table, with {@link #throughParent} also SELECT on the columns of the parent that the policies read: policies only ever
 * take away. A partition that comes later is unprotected when it is read by its own name, until this has run again.
 *
 * <p>A setting that is unset, empty or of another form than its column's type shows no rows and throws nothing. A row
 * without an organization, or without a parent, belongs to nobody: it is not shown, and cannot be written.
 *
 * <p>Refused is what would show more than the tenant's rows: other permissive policies that the role or a member of it falls
 * under, views and materialized views that they may read and whose owner no policy binds ({@link #view}). What is created or
 * granted later is not seen.
 *
 * <p>Every name can be changed; each wither returns a new object, this one stays as it is. Names are taken as they are
 * and quoted, capitals and all. Immutable, so safe to share between threads. No argument may be null ({@link
 * NullPointerException}).
 */
public final class TablePolicies {

    private static final String WHERE_THE_SCHEMA_GOES =
            "name the schema with schema(…), the parent's with parentSchema(…)";

    private static final ScriptVariables DEFAULTS = new ScriptVariables(Map.of(
            "schema", "public",
            "parent_schema", "public",
            "organization_column", "organization_id",
            "user_column", "",
            "fast_for", "lookups",
            "role", "authenticated",
            "organization_setting", "app.organization_id",
            "user_setting", "app.user_id",
            "lock_timeout", "5000ms"));

    private final Form form;
    private final ScriptVariables variables;
    private final List<ScriptVariables.Pair> key;
    private final List<View> views;

    private TablePolicies(Form form, ScriptVariables variables, List<ScriptVariables.Pair> key, List<View> views) {
        this.form = form;
        this.variables = variables;
        this.key = key;
        this.views = views;
    }

    private enum Form {
        OWN_COLUMN("table/own-column.sql"),
        THROUGH_PARENT("table/through-parent.sql");

        private final String script;

        Form(String script) {
            this.script = script;
        }

        MigrationStep apply() {
            return MigrationStep.inTransaction(script);
        }

        static MigrationStep maintenance() {
            return MigrationStep.inTransaction("maintenance/table.sql");
        }

        static MigrationStep undo() {
            return MigrationStep.inTransaction("table/undo.sql");
        }
    }

    /**
     * A view, in the schema of the table if none is named.
     *
     * @param schema the schema
     * @param name the view
     */
    private record View(Optional<String> schema, String name) {}

    /**
     * The policies for a table that has a column for the organization.
     *
     * @param table the table
     * @return the migration, with the column {@code organization_id} and the schema {@code public}
     * @throws IllegalArgumentException if no table can have that name, or if it is one with its schema
     */
    public static TablePolicies ownColumn(String table) {
        return new TablePolicies(
                Form.OWN_COLUMN, DEFAULTS.withTable("table", table, WHERE_THE_SCHEMA_GOES), List.of(), List.of());
    }

    /**
     * The policies for a table whose rows belong to the organization of the row of another table that they name: by their
     * foreign key to it if there is one, or by the columns that {@link #on} names.
     *
     * @param table the table
     * @param parent the table that has a column for the organization
     * @return the migration, with the parent's column {@code organization_id} and both tables in the schema {@code public}
     * @throws IllegalArgumentException if no table can have such a name, or if one is with its schema
     */
    public static TablePolicies throughParent(String table, String parent) {
        return new TablePolicies(
                Form.THROUGH_PARENT,
                DEFAULTS.withTable("table", table, WHERE_THE_SCHEMA_GOES)
                        .withTable("parent_table", parent, WHERE_THE_SCHEMA_GOES),
                List.of(),
                List.of());
    }

    /**
     * Names the schema of the table, and of the parent.
     *
     * @param schema the schema, {@code public} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no schema can have that name
     */
    public TablePolicies schema(String schema) {
        return with(variables.withIdentifier("schema", schema).withIdentifier("parent_schema", schema));
    }

    /**
     * Names the schema of the parent alone.
     *
     * @param schema the schema, that of the table by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no schema can have that name
     * @throws IllegalStateException if there is no parent
     */
    public TablePolicies parentSchema(String schema) {
        requireParent("parentSchema");
        return with(variables.withIdentifier("parent_schema", schema));
    }

    /**
     * Names the column that holds the organization: of the table or, with {@link #throughParent}, of the parent.
     *
     * @param column the column, {@code organization_id} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no column can have that name
     */
    public TablePolicies organizationColumn(String column) {
        return with(variables.withIdentifier("organization_column", column));
    }

    /**
     * Adds a column by which rows name their parent. For a key of several columns, one call each. All columns of the parent
     * together have to be unique.
     *
     * @param column the column of the table
     * @param parentColumn the column of the parent that is equal to it
     * @return a migration with that column, in place of those of the foreign key
     * @throws IllegalArgumentException if no column can have such a name
     * @throws IllegalStateException if there is no parent
     */
    public TablePolicies on(String column, String parentColumn) {
        requireParent("on");
        return new TablePolicies(
                form,
                variables,
                plus(
                        key,
                        new ScriptVariables.Pair(
                                ScriptVariables.identifier("column", column),
                                ScriptVariables.identifier("parent_column", parentColumn))),
                views);
    }

    /**
     * Makes the policies through a parent fast for queries over all rows of an organization that do not name the organization
     * themselves, at the expense of those that look up a few rows: they read the keys of all the organization's parents then.
     * Both show the same rows; applying the other one replaces this one, in one transaction, on a table that may be in use.
     *
     * @return a migration with policies for lists; the default is for look-ups
     * @throws IllegalStateException if there is no parent
     */
    public TablePolicies forLists() {
        requireParent("forLists");
        return with(variables.with("fast_for", "lists"));
    }

    /**
     * Names the column of the table that holds the user whose own a row is. Where the user's setting is set, only that
     * user's rows are shown.
     *
     * @param column the column; none by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no column can have that name
     */
    public TablePolicies userColumn(String column) {
        return with(variables.withIdentifier("user_column", column));
    }

    /**
     * Adds a view over the table that is to read with the rights of whoever runs the query ({@code security_invoker}), in
     * the schema of the table. Without that, a view reads with those of its owner: past all policies if that is a
     * superuser. Its readers need rights on the table then.
     *
     * @param view the view
     * @return a migration with that view
     * @throws IllegalArgumentException if no view can have that name
     */
    public TablePolicies view(String view) {
        return withView(new View(Optional.empty(), ScriptVariables.identifier("view", view)));
    }

    /**
     * Adds a view over the table that is to read with the rights of whoever runs the query, in a schema of its own.
     *
     * @param schema the schema
     * @param view the view
     * @return a migration with that view
     * @throws IllegalArgumentException if no schema or view can have such a name
     * @see #view(String)
     */
    public TablePolicies view(String schema, String view) {
        return withView(new View(
                Optional.of(ScriptVariables.identifier("schema", schema)), ScriptVariables.identifier("view", view)));
    }

    /**
     * Names the role that the policies are for. Created, without login, if it is missing.
     *
     * @param role the role, {@code authenticated} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if no role can have that name
     */
    public TablePolicies role(String role) {
        return with(variables.withIdentifier("role", role));
    }

    /**
     * Names a role that sees and changes all rows, for migrations of data: by a policy of its own, {@code
     * tenant_maintenance_policy}. Created, without login, if it is missing; granted SELECT, INSERT, UPDATE and DELETE on the
     * table. Who runs migrations assumes it ({@code set role}).
     *
     * <p>Refused (SQLState 55000) where it can log in, or where who falls under the other policies is a member of it or can
     * become one. To who is made such a member later it shows nothing.
     *
     * @param role the role; none by default
     * @return a migration with that role
     * @throws IllegalArgumentException if no role can have that name
     */
    public TablePolicies maintenanceRole(String role) {
        return with(variables.withIdentifier("maintenance_role", role));
    }

    /**
     * Names the setting that carries the organization.
     *
     * @param name a custom setting, {@code app.organization_id} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if the server would not take that name
     */
    public TablePolicies organizationSetting(String name) {
        return with(variables.withSetting("organization_setting", name));
    }

    /**
     * Names the setting that carries the further organizations of a tenant that {@linkplain io.tenantdatasource.Tenant#reading reads}
     * several. With it, rows of any of these and of the own organization are shown. Rows are written, changed, locked and deleted
     * of the own one only, as without it. Where the setting is unset or empty, or the organization's is, it changes nothing;
     * where a line of it is malformed, there are no further organizations.
     * With {@link #throughParent}, a parent whose policies are this library's has to have them with the same setting first (SQLState
     * 55000).
     *
     * @param name a custom setting, such as {@code app.organization_ids}, which is not that of the organization; none by default
     * @return a migration with that name
     * @throws IllegalArgumentException if the server would not take that name, or if it is another setting's
     */
    public TablePolicies organizationsSetting(String name) {
        return with(variables.withOrganizationsSetting(name));
    }

    /**
     * Names the setting that carries the user.
     *
     * @param name a custom setting, {@code app.user_id} by default
     * @return a migration with that name
     * @throws IllegalArgumentException if the server would not take that name
     */
    public TablePolicies userSetting(String name) {
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
    public TablePolicies lockTimeout(Duration timeout) {
        return with(variables.withLockTimeout(timeout));
    }

    /**
     * Returns the migration as SQL that runs in one transaction, such as that of a migration tool: all of it, or none.
     *
     * @return the script, all names filled in
     */
    public String sql() {
        return steps().stream().map(step -> step.script().render(names())).collect(Collectors.joining("\n"));
    }

    /**
     * Returns the SQL that takes the migration back. To be run in one transaction.
     *
     * @return the script, all names filled in
     */
    public String undoSql() {
        return Form.undo().script().render(names());
    }

    /**
     * Runs the migration, in one transaction, and another one for the maintenance role, on a table that may be in use: it holds
     * the lock of the table for
     * milliseconds, tries for it as {@link #lockTimeout} says, and takes none where it has nothing to do. Running it again brings the
     * policies up to date, and covers the partitions that came since.
     *
     * @param owner connects as the owner of the table and of the named views; who also creates the role needs CREATEROLE
     * @throws SQLException what the server says, with a hint what to do; then nothing was changed. 55P03 if a lock could not
     *     be had in time; 55000 if other policies, views or a table above it would show more; 42710 if a policy of somebody
     *     else has one of our names; 42P01, 42703 or 42704 if a table or view, a column or a foreign key is missing; 42702
     *     if there are several foreign keys to the parent; 42830 if the parent's key is not unique; 42804 if a column's type
     *     cannot be compared; 42P21 if a collation takes different values for one; 42809 if something is no table, no view or a foreign partition; 42501 if a right is missing
     */
    public void apply(DataSource owner) throws SQLException {
        MigrationRun.run(owner, steps(), names());
    }

    /**
     * Takes the migration back, of either form, in one transaction. Row security is switched off only if it was off before
     * the migration, and no other policies are left on the table, for it would be open to everyone then. Views that the
     * migration gave {@code security_invoker} lose it again, unless they read a table with row security. The role stays.
     *
     * @param owner connects as the owner of what the migration changed
     * @throws SQLException what the server says: 55P03 if a lock could not be had in time, 42P01 if the table is missing,
     *     42501 if it is somebody else's
     */
    public void undo(DataSource owner) throws SQLException {
        MigrationRun.run(owner, List.of(Form.undo()), names());
    }

    private List<MigrationStep> steps() {
        return variables.values().containsKey("maintenance_role")
                ? List.of(form.apply(), Form.maintenance())
                : List.of(form.apply());
    }

    private Map<String, String> names() {
        String schema = variables.values().get("schema");
        return variables
                .withPairs("key", key)
                .withPairs(
                        "views",
                        views.stream()
                                .map(view ->
                                        new ScriptVariables.Pair(view.schema().orElse(schema), view.name()))
                                .toList())
                .values();
    }

    private void requireParent(String wither) {
        if (form != Form.THROUGH_PARENT) {
            throw new IllegalStateException(wither + "(…) is for tables that are reached through a parent, but table \""
                    + variables.values().get("table") + "\" has a column of its own");
        }
    }

    private TablePolicies with(ScriptVariables changed) {
        return new TablePolicies(form, changed, key, views);
    }

    private TablePolicies withView(View view) {
        return new TablePolicies(form, variables, key, plus(views, view));
    }

    private static <T> List<T> plus(List<T> list, T added) {
        List<T> longer = new ArrayList<>(list);
        longer.add(added);
        return List.copyOf(longer);
    }
}
