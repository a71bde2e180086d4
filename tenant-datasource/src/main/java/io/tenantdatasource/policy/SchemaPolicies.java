package io.tenantdatasource.policy;

import io.tenantdatasource.internal.schema.Declaration;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Row-level security for all tables of a schema, from one declaration: what the organizations are, and which tables are not
 * theirs. How the rows of each table reach their organization is worked out from the foreign keys.
 *
 * <pre>{@code
 * SchemaPlan plan = SchemaPolicies.tenants("organizations")
 *         .global("countries", "flyway_schema_history")
 *         .members("organization_members")
 *         .plan(owner);
 * System.out.println(plan.text());
 * plan.apply(owner);
 * }</pre>
 *
 * <p>A row belongs to the organization that its own column names: with {@link #tenants} that is a foreign key to the table of the
 * organizations, with {@link #column} a column of that name. Where a table has none, its rows belong to the organization of the
 * rows that they name, in any number of steps. If there are several such rows, all of them have to be of one organization: what
 * names rows of two is shown to neither. And no row can be written that names a row which is not shown to who writes it,
 * whatever says whose it is.
 *
 * <p>Users who are members of several organizations ({@link #members}) are shown to each of these, and so are the rows that name
 * them and nothing else, such as their sessions: all of them, or, where the setting for the user is set, only those of that user.
 * Who is bound to one of the organizations can change them, but neither add nor
 * delete them, for a user is not one organization's; nor make somebody a member who is not shown to them already. That is
 * for the maintenance role.
 *
 * <p>What cannot be told is not guessed: {@link SchemaPlan#open} has a question for each such table, and {@link #through},
 * {@link #global} and {@link #shared} are the answers.
 *
 * <p>Names are taken as they are and quoted, capitals and all, and those of tables without their schema. Each wither returns a
 * new object, this one stays as it is. Immutable, so safe to share between threads. No argument may be null ({@link
 * NullPointerException}).
 */
public final class SchemaPolicies {

    private static final String WHERE_THE_SCHEMA_GOES = "name the schema with schema(…)";

    private static final ScriptVariables DEFAULTS = new ScriptVariables(Map.of(
            "schema", "public",
            "role", "authenticated",
            "maintenance_role", "",
            "organization_setting", "app.organization_id",
            "user_setting", "app.user_id",
            "lock_timeout", "5000ms"));

    private final Declaration declaration;
    private final ScriptVariables variables;

    private SchemaPolicies(Declaration declaration, ScriptVariables variables) {
        this.declaration = declaration;
        this.variables = variables;
    }

    /**
     * For a schema with a table whose rows are the organizations: its primary key, of one column, is what the setting holds.
     *
     * @param table that table
     * @return the declaration, for the schema {@code public}
     * @throws IllegalArgumentException if no table can have that name, or if it is one with its schema
     */
    public static SchemaPolicies tenants(String table) {
        return new SchemaPolicies(Declaration.of(Optional.of(table(table)), Optional.empty()), DEFAULTS);
    }

    /**
     * For a schema without such a table: a column of that name holds the organization, wherever it is.
     *
     * @param name the column
     * @return the declaration, for the schema {@code public}
     * @throws IllegalArgumentException if no column can have that name
     */
    public static SchemaPolicies column(String name) {
        return new SchemaPolicies(
                Declaration.of(Optional.empty(), Optional.of(ScriptVariables.identifier("column", name))), DEFAULTS);
    }

    /**
     * Names the schema. Tables of other schemas are left alone.
     *
     * @param schema the schema, {@code public} by default
     * @return a declaration with that name
     * @throws IllegalArgumentException if no schema can have that name
     */
    public SchemaPolicies schema(String schema) {
        return with(variables.withIdentifier("schema", schema));
    }

    /**
     * Says of tables that they are everybody's: they get no policies, and naming their rows says nothing of whose a row is. Of a
     * view or a materialized view, that it may show what it shows.
     *
     * @param tables the tables, in addition to those named before
     * @return a declaration with these
     * @throws IllegalArgumentException if no table can have such a name, or if it is one with its schema
     */
    public SchemaPolicies global(String... tables) {
        return with(declaration.withGlobal(tables(tables)));
    }

    /**
     * Says of tables that their rows without an organization are everybody's to read, once a tenant is bound, and nobody's to
     * write. Without this, such rows are shown to nobody.
     *
     * @param tables the tables, in addition to those named before; each has a column for the organization
     * @return a declaration with these
     * @throws IllegalArgumentException if no table can have such a name, or if it is one with its schema
     */
    public SchemaPolicies shared(String... tables) {
        return with(declaration.withShared(tables(tables)));
    }

    /**
     * Says of a table that its rows tell which user belongs to which organizations. Which foreign key names the user follows
     * from the catalogue, if just one can be it; or from {@link #through}.
     *
     * @param table the table, in addition to those named before
     * @return a declaration with that table
     * @throws IllegalArgumentException if no table can have that name, or if it is one with its schema
     */
    public SchemaPolicies members(String table) {
        return with(declaration.withMembers(tables(table)));
    }

    /**
     * Answers which foreign key of a table says whose its rows are, where there are several that could; or which column holds the
     * organization, where no foreign key says so. The rows that other foreign keys name have to be shown to who writes the row all
     * the same. Of a table of {@link #members}, which one names the user.
     *
     * @param table the table
     * @param columns the columns of that foreign key, or that column
     * @return a declaration with that answer, in place of an earlier one
     * @throws IllegalArgumentException if no table or column can have such a name, or if no column is named
     */
    public SchemaPolicies through(String table, String... columns) {
        if (columns.length == 0) {
            throw new IllegalArgumentException("through(\"" + table + "\") names no column");
        }
        return with(declaration.withAnswer(
                table(table),
                Stream.of(columns)
                        .map(column -> ScriptVariables.identifier("column", column))
                        .toList()));
    }

    /**
     * Gives tables a column for the organization, where their rows reach it by rows that they name. Finding a row then takes one
     * comparison, and so does a table below one look-up less. The database keeps the column right: a trigger fills it in where a row
     * comes without one, and a foreign key {@code (parent_id, organization_id)} lets no row name another organization than that of
     * the row that it names, also when that moves. Rows that are there are filled in batches, while the table is in use.
     *
     * <p>Costs the table a column, a foreign key and two indexes, and the one that it is filled from a unique index. That one needs a
     * column for the organization as well, so it may have to be named here, too. A table cannot be given one if its rows name
     * several others (say {@link #through} then), if it is partitioned or inherits, if its rows may be those of several
     * organizations, or if it has one: then {@link SchemaPlan#open} says so, and the table is left alone.
     *
     * <p>{@link SchemaPlan#undo} takes the columns back as long as the tables are named here.
     *
     * @param tables the tables, in addition to those named before
     * @return a declaration with these
     * @throws IllegalArgumentException if no table can have such a name, or if it is one with its schema
     */
    public SchemaPolicies ownColumn(String... tables) {
        return with(declaration.withOwnColumns(tables(tables)));
    }

    /**
     * Names the column that {@link #ownColumn} adds. One that is there already is kept, and kept right.
     *
     * @param name the column; by default that of {@link #column}, or {@code organization_id}
     * @return a declaration with that name
     * @throws IllegalArgumentException if no column can have that name
     */
    public SchemaPolicies ownColumnCalled(String name) {
        return with(declaration.withOwnColumnCalled(ScriptVariables.identifier("column", name)));
    }

    /**
     * Names the role that the policies are for. Created, without login, if it is missing.
     *
     * @param role the role, {@code authenticated} by default
     * @return a declaration with that name
     * @throws IllegalArgumentException if no role can have that name
     */
    public SchemaPolicies role(String role) {
        return with(variables.withIdentifier("role", role));
    }

    /**
     * Names a role that sees and changes all rows of all protected tables, for migrations of data: by policies of its own, {@code
     * tenant_maintenance_policy}. Created, without login, if it is missing; granted SELECT, INSERT, UPDATE and DELETE on the
     * tables. Who runs migrations assumes it ({@code set role}).
     *
     * <p>Refused (SQLState 55000) where it can log in, or where who falls under the other policies is a member of it or can
     * become one. To who is made such a member later it shows nothing.
     *
     * @param role the role; none by default
     * @return a declaration with that role
     * @throws IllegalArgumentException if no role can have that name
     */
    public SchemaPolicies maintenanceRole(String role) {
        return with(variables.withIdentifier("maintenance_role", role));
    }

    /**
     * Names the setting that carries the organization.
     *
     * @param name a custom setting, {@code app.organization_id} by default
     * @return a declaration with that name
     * @throws IllegalArgumentException if the server would not take that name
     */
    public SchemaPolicies organizationSetting(String name) {
        return with(variables.withSetting("organization_setting", name));
    }

    /**
     * Names the setting that carries the further organizations of a tenant that {@linkplain io.tenantdatasource.Tenant#reading reads}
     * several. With it, rows of any of these and of the own organization are shown. Rows are written, changed, locked and deleted
     * of the own one only, as without it. Where the setting is unset or empty, or the organization's is, it changes nothing;
     * where a line of it is malformed, there are no further organizations.
     *
     * @param name a custom setting, such as {@code app.organization_ids}, which is not that of the organization; none by default
     * @return a declaration with that name
     * @throws IllegalArgumentException if the server would not take that name, or if it is another setting's
     */
    public SchemaPolicies organizationsSetting(String name) {
        return with(variables.withOrganizationsSetting(name));
    }

    /**
     * Names the setting that carries the user. Where it is set, the rows that belong to a user alone are shown to that user alone.
     *
     * @param name a custom setting, {@code app.user_id} by default
     * @return a declaration with that name
     * @throws IllegalArgumentException if the server would not take that name
     */
    public SchemaPolicies userSetting(String name) {
        return with(variables.withSetting("user_setting", name));
    }

    /**
     * Says how long to try for a lock: five times this, in short turns, with nothing held, as {@link TablePolicies#lockTimeout}
     * says.
     *
     * @param timeout a positive time, counted in milliseconds, 5 seconds by default
     * @return a declaration with that time
     * @throws IllegalArgumentException if it is less than a millisecond, or more than PostgreSQL can count
     */
    public SchemaPolicies lockTimeout(Duration timeout) {
        return with(variables.withLockTimeout(timeout));
    }

    /**
     * Reads the catalogue, and works out how each table is protected. Changes nothing: it runs in a transaction that is READ
     * ONLY.
     *
     * @param owner connects as the owner of the tables
     * @return the plan
     * @throws SQLException what the server says: 3F000 or 42P01 if the schema, or a table that is named, is missing
     * @throws IllegalStateException if there are both {@link #ownColumn} and {@link #organizationsSetting}, whose policies are made in
     *     one transaction, which a column that is filled live is not
     */
    public SchemaPlan plan(DataSource owner) throws SQLException {
        if (readsSeveral() && !declaration.ownColumns().isEmpty()) {
            throw new IllegalStateException(
                    "ownColumn(…) and organizationsSetting(…) do not go together: leave one of them out");
        }
        return SchemaPlan.of(this, owner);
    }

    Declaration declaration() {
        return declaration;
    }

    /** Without the views that may show what they show. */
    ScriptVariables variables() {
        return variables;
    }

    boolean readsSeveral() {
        return variables.values().containsKey("organizations_setting");
    }

    private SchemaPolicies with(ScriptVariables changed) {
        return new SchemaPolicies(declaration, changed);
    }

    private SchemaPolicies with(Declaration changed) {
        return new SchemaPolicies(changed, variables);
    }

    private static List<String> tables(String... names) {
        return Stream.of(names).map(SchemaPolicies::table).toList();
    }

    private static String table(String name) {
        return DEFAULTS.withTable("table", name, WHERE_THE_SCHEMA_GOES).values().get("table");
    }
}
