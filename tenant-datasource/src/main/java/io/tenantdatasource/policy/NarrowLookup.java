package io.tenantdatasource.policy;

import static io.tenantdatasource.policy.MigrationStep.inTransaction;
import static io.tenantdatasource.policy.MigrationStep.outsideOfTransaction;

import io.tenantdatasource.internal.Identifier;
import io.tenantdatasource.internal.PostgresText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Answers one question before there is a tenant: which row has exactly this value in that column. Log-in by e-mail address,
 * API keys and invitations ask it, and row security leaves no way for them.
 *
 * <pre>{@code
 * NarrowLookup byEmail = NarrowLookup.by("users", "email").returning("id", "organization_id", "password_hash");
 * byEmail.apply(ownerOfTheTable);                                      // once
 *
 * Optional<FoundRow> user = byEmail.find(dataSource, emailOfTheRequest);
 * }</pre>
 *
 * <p>The database keeps a function that runs with the rights of the table's owner, and that only one role may call. It answers
 * with the named columns of the row whose value equals the given one, by the operator of the column's unique index, or not at
 * all: no list, no prefix, no pattern, no null. A policy shows the owner that row and no other, while the function runs for
 * who may call it.
 *
 * <p>The table may be protected by any policies of this library, by others, or not yet. Look-ups do not touch each other: a
 * table may have several, each with a function of its own.
 *
 * <p>Each wither returns a new object, this one stays as it is. Immutable, so safe to share between threads.
 */
public final class NarrowLookup {

    private static final MigrationStep FUNCTION = inTransaction("lookup/look-up.sql");
    private static final MigrationStep UNDO = inTransaction("lookup/undo.sql");
    private static final SqlScript QUERY = SqlScript.load("lookup/query.sql");

    /** A character that the database's encoding does not have, such as WIN1252: no value there has it. */
    private static final String UNTRANSLATABLE_CHARACTER = "22P05";

    private static final ScriptVariables DEFAULTS = new ScriptVariables(
            Map.of("schema", "public", "lookup_role", "tenant_lookup", "lock_timeout", "5000ms", "several", ""));

    /** How a value is compared; the scripts know the names. */
    private enum Match {
        EXACT("exact"),
        IGNORING_CASE("ignoring case"),
        HASH("hash"),
        SECRET("secret");

        private final String name;

        Match(String name) {
            this.name = name;
        }

        /** A secret is found by an index of its own, which is made first. */
        List<MigrationStep> steps() {
            return this == SECRET ? List.of(outsideOfTransaction("lookup/index.sql"), FUNCTION) : List.of(FUNCTION);
        }

        List<MigrationStep> atOnce() {
            return this == SECRET ? List.of(inTransaction("lookup/index-at-once.sql"), FUNCTION) : List.of(FUNCTION);
        }
    }

    private final Match match;
    private final ScriptVariables variables;

    private NarrowLookup(Match match, ScriptVariables variables) {
        this.match = match;
        this.variables = variables;
    }

    /**
     * A look-up by the value of a column, which has a unique index of its own. {@link Columns#returning} says what it answers.
     *
     * @param table the table
     * @param column the column
     * @return what has still to be told what to answer
     * @throws IllegalArgumentException if no table or column can have such a name, or if the table is with its schema
     */
    public static Columns by(String table, String column) {
        return new Columns(DEFAULTS.withTable("table", table, "name the schema with schema(…)")
                .withIdentifier("column", column)
                .withIdentifier("lookup_function", functionOf(table + "_by_" + column)));
    }

    /** Two names of which only the start is the same are not to become one. */
    private static String functionOf(String name) {
        String whole = Identifier.called(name, "");
        return whole.equals(name) ? name : Identifier.called(name, "_%08x".formatted(name.hashCode()));
    }

    /** A look-up that has still to be told which columns to answer with. Immutable. */
    public static final class Columns {

        private final ScriptVariables variables;

        private Columns(ScriptVariables variables) {
            this.variables = variables;
        }

        /**
         * Says which columns of the row are answered with. Whoever may look up sees them of each row whose value they hold, so name no
         * more than are needed before the tenant is known.
         *
         * @param first a column
         * @param more further columns
         * @return the look-up, for the role {@code tenant_lookup}, of a table in the schema {@code public}
         * @throws IllegalArgumentException if no column can have such a name, or one is named twice
         */
        public NarrowLookup returning(String first, String... more) {
            List<String> columns = Stream.concat(Stream.of(first), Stream.of(more))
                    .map(column -> ScriptVariables.identifier("column", column))
                    .toList();
            if (new HashSet<>(columns).size() < columns.size()) {
                throw new IllegalArgumentException("a column is named twice among " + columns + "; name each once");
            }
            return new NarrowLookup(Match.EXACT, variables.withList("returned", columns));
        }
    }

    /**
     * Takes upper and lower case for the same, as the database's {@code lower} does for text, varchar and char. Needs a unique
     * index on {@code lower(column)}.
     *
     * @return a look-up that ignores case
     * @throws IllegalStateException if it was said already how the value is compared
     */
    public NarrowLookup ignoringCase() {
        return comparing(Match.IGNORING_CASE, "ignoringCase");
    }

    /**
     * Looks the value up by the SHA-256 of its UTF-8, which the column holds as {@code bytea}, or as hex digits of lower case. For
     * secrets of at least 128 random bits, such as API keys: who reads the table can use none of them.
     *
     * @return a look-up by the hash of the value
     * @throws IllegalStateException if it was said already how the value is compared
     */
    public NarrowLookup byHash() {
        return comparing(Match.HASH, "byHash");
    }

    /**
     * Looks the value up by an index on a hash of it, which {@link #apply} builds, so that the time of a look-up does not tell how
     * much of a guess is right. For secrets that stand in the table as they are; {@link #byHash} is better.
     *
     * @return a look-up of a secret
     * @throws IllegalStateException if it was said already how the value is compared
     */
    public NarrowLookup secret() {
        return comparing(Match.SECRET, "secret");
    }

    private NarrowLookup comparing(Match chosen, String wither) {
        if (match != Match.EXACT && match != chosen) {
            throw new IllegalStateException(wither
                    + "() after another way to compare the value; choose one of ignoringCase(), byHash() and secret()");
        }
        return new NarrowLookup(chosen, variables);
    }

    /**
     * Answers with all rows of the value, as for the organizations of a user. Needs an index that begins with the column, and that
     * need not be unique.
     *
     * @return a look-up of several rows, for {@link #findAll}
     */
    public NarrowLookup severalRows() {
        return with(variables.with("several", "yes"));
    }

    /**
     * Names the schema of the table, and of the function.
     *
     * @param schema the schema, {@code public} by default
     * @return a look-up with that name
     * @throws IllegalArgumentException if no schema can have that name
     */
    public NarrowLookup schema(String schema) {
        return with(variables.withIdentifier("schema", schema));
    }

    /**
     * Names the function, by which the look-up is known: to apply one of the same name on the same table replaces it.
     *
     * @param function the function, {@code <table>_by_<column>} by default
     * @return a look-up with that name
     * @throws IllegalArgumentException if no function can have that name
     */
    public NarrowLookup function(String function) {
        return with(variables.withIdentifier("lookup_function", function));
    }

    /**
     * Names the role that may look up. Created, without login, if it is missing. Who asks has to be a member of it as who they logged
     * in as, or, after {@code SET ROLE}, as that role.
     *
     * @param role the role, {@code tenant_lookup} by default
     * @return a look-up with that name
     * @throws IllegalArgumentException if no role can have that name
     */
    public NarrowLookup role(String role) {
        return with(variables.withIdentifier("lookup_role", role));
    }

    /**
     * Says how long to try for the table's lock: five times this. It is waited for in turns of a two-hundredth part of that time, at
     * least 10 milliseconds, with nothing held, for all traffic on a table queues up behind a migration that waits.
     *
     * @param timeout a positive time, counted in milliseconds, 5 seconds by default
     * @return a look-up with that time
     * @throws IllegalArgumentException if it is less than a millisecond, or more than PostgreSQL can count
     */
    public NarrowLookup lockTimeout(Duration timeout) {
        return with(variables.withLockTimeout(timeout));
    }

    private NarrowLookup with(ScriptVariables changed) {
        return new NarrowLookup(match, changed);
    }

    /**
     * Returns the migration as SQL that runs in one transaction, such as that of a migration tool. With {@link #secret} it holds the
     * table's lock until its index is built; for a table that is in use, {@link #apply} builds it beforehand.
     *
     * @return the script, all names filled in
     */
    public String sql() {
        return match.atOnce().stream().map(step -> step.render(names())).collect(Collectors.joining("\n"));
    }

    /**
     * Returns the SQL that takes the migration back. To be run in one transaction.
     *
     * @return the script, all names filled in
     */
    public String undoSql() {
        return UNDO.render(names());
    }

    /**
     * Creates the function, its policy and its role, or brings them up to date: to be run again when the table changes its owner
     * or its name, or a returned column its type. Where nothing is to be changed, nothing is locked.
     *
     * @param owner connects as the owner of the table, who may create functions in its schema; who also creates the role needs
     *     CREATEROLE
     * @throws SQLException what the server says, with a hint what to do; then no function or policy was changed. 55P03 if the table's
     *     lock could not be had in time; 55000 if no index finds a value, with the index to create, or if a restrictive policy would hide
     *     the row; 42P01, 3F000 or 42703 if the table, its schema or a column is missing; 42804 if nothing is looked up in the
     *     column's type; 42P21 if its collation takes different values for one; 42723 if there is another function of that name;
     *     42809 if it is no table; 42501 if a right is missing; 0A000 for the index of {@link #secret} on a table with partitions (use
     *     {@link #sql})
     */
    public void apply(DataSource owner) throws SQLException {
        MigrationRun.run(owner, match.steps(), names());
    }

    /**
     * Takes the migration back, in one transaction. To be done before the undo of the table's policies, which leaves row security on
     * where there are policies that are not its own. The role stays.
     *
     * @param owner connects as the owner of the table
     * @throws SQLException what the server says: 55P03 if the table's lock could not be had in time, 42P01 or 3F000 if the table
     *     or its schema is missing
     */
    public void undo(DataSource owner) throws SQLException {
        MigrationRun.run(owner, List.of(UNDO), names());
    }

    /**
     * Looks up the one row of a value. Takes one connection for one statement, in which the value is a bind parameter.
     *
     * <p>A {@code TenantDataSource} will do, bound to no tenant or to any; but one that refuses a missing tenant refuses this as
     * well, so give it the pool then.
     *
     * @param dataSource connects as a member of the role
     * @param value the value, as text; never part of a message. Null, the empty text and what is no value of the column's type are
     *     nobody's
     * @return the row; empty if there is none
     * @throws SQLException if the server cannot be asked, with 42501 if the user is no member of the role, 42883 if the migration
     *     was not applied
     * @throws IllegalStateException if the look-up is one of several rows
     */
    public Optional<FoundRow> find(DataSource dataSource, String value) throws SQLException {
        if (!variables.values().get("several").isEmpty()) {
            throw new IllegalStateException("this is a look-up of several rows; call findAll(…)");
        }
        return findAll(dataSource, value).stream().findFirst();
    }

    /**
     * Looks up all rows of a value, in no particular order. In all else as {@link #find}.
     *
     * @param dataSource connects as a member of the role
     * @param value the value, as text; never part of a message
     * @return the rows, unmodifiable; empty if there is none
     * @throws SQLException as with {@link #find}
     */
    public List<FoundRow> findAll(DataSource dataSource, String value) throws SQLException {
        Objects.requireNonNull(dataSource, "dataSource is null");
        if (value == null || value.isEmpty() || !PostgresText.isStorable(value)) {
            return List.of();
        }
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(QUERY.render(names()))) {
            statement.setString(1, value);
            try (ResultSet rows = statement.executeQuery()) {
                return all(rows);
            }
        } catch (SQLException e) {
            if (UNTRANSLATABLE_CHARACTER.equals(e.getSQLState())) {
                return List.of();
            }
            throw e;
        }
    }

    private static List<FoundRow> all(ResultSet rows) throws SQLException {
        List<FoundRow> all = new ArrayList<>();
        while (rows.next()) {
            all.add(row(rows));
        }
        return List.copyOf(all);
    }

    private static FoundRow row(ResultSet rows) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            values.put(columns.getColumnLabel(i), rows.getObject(i));
        }
        return new FoundRow(values);
    }

    private Map<String, String> names() {
        return variables
                .with("match", match.name)
                .with("lookup_index", Identifier.called(variables.values().get("lookup_function"), "_idx"))
                .values();
    }
}
