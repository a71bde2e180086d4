package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;

/**
 * The one transaction in which all is tried, and which is rolled back: rows, roles and mended policies are gone when it
 * closes, whatever has happened.
 */
final class Session implements AutoCloseable {

    private final Connection connection;
    private final String organizationSetting;
    private final Transcript transcript = new Transcript();
    private int savepoints;

    private Session(Connection connection, String organizationSetting) {
        this.connection = connection;
        this.organizationSetting = organizationSetting;
    }

    static Session begin(DataSource administrator, String organizationSetting) throws SQLException {
        Connection connection = administrator.getConnection();
        Session session = new Session(connection, organizationSetting);
        try {
            session.prepare();
            return session;
        } catch (SQLException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private void prepare() throws SQLException {
        connection.setAutoCommit(false);
        if (!"on".equals(value("select current_setting('is_superuser')"))) {
            throw new IllegalStateException(
                    "The matrix has to be told a superuser of the test database, who can write rows"
                            + " for every tenant and become every role; " + value("select current_user") + " is none");
        }
        run("set local lock_timeout = '10s'");
        run(Sql.script("helpers.sql"));
    }

    /** Becomes a role that works for a tenant: until {@link #administrate}, or until what it is within is undone. */
    void become(Actor actor) throws SQLException {
        String role = actor.role().name();
        if (!actor.neverTold()) {
            set(organizationSetting, actor.tenant().map(Tenant::organizationId).orElse(""));
        }
        set("role", role);
    }

    private void set(String setting, String value) throws SQLException {
        execute("select set_config(" + Sql.literal(setting) + ", " + Sql.literal(value) + ", true)");
    }

    void administrate() throws SQLException {
        execute("set local role none");
    }

    /** The setting as of an administrator's own writes, for triggers and defaults that read it. */
    void tell(Tenant tenant) throws SQLException {
        set(organizationSetting, tenant.organizationId());
    }

    /** Runs something, and undoes all that it did. */
    <T> T undone(Work<T> work) throws SQLException {
        Savepoint savepoint = savepoint();
        try {
            return work.run();
        } finally {
            undo(savepoint);
        }
    }

    /** What may fail, and then leaves the transaction as it was before. */
    <T> T attempt(Work<T> work) throws SQLException {
        Savepoint savepoint = savepoint();
        try {
            T result = work.run();
            run("release " + savepoint.name());
            return result;
        } catch (SQLException e) {
            undo(savepoint);
            throw e;
        }
    }

    /** By a name of its own, so that both statements that undo it are one round trip. */
    private Savepoint savepoint() throws SQLException {
        Savepoint savepoint = new Savepoint("s" + ++savepoints, transcript.size());
        run("savepoint " + savepoint.name());
        return savepoint;
    }

    private record Savepoint(String name, int statements) {}

    private void undo(Savepoint savepoint) throws SQLException {
        transcript.undoTo(savepoint.statements());
        run("rollback to " + savepoint.name() + "; release " + savepoint.name());
    }

    /** A script that does again what was undone last, on the same database. */
    String scriptOfWhatWasUndoneLast() {
        return transcript.script();
    }

    /** Has the script show something; nothing is asked now. */
    void show(String query) {
        transcript.add(query);
    }

    /** Has the script insert a row with all that it was given: a default would give it another key. */
    void insertAgain(GeneratedRow row) {
        transcript.add(asReplica("insert into " + row.relation().sql() + " ("
                + Sql.identifiers(row.values().keySet()) + ") overriding system value values ("
                + row.literals(row.values().keySet()) + ")"));
    }

    interface Work<T> {
        T run() throws SQLException;
    }

    /**
     * Without triggers and foreign keys, which would ask for rows in an order, and be in the way of deleting them.
     *
     * @param sql any number of statements
     */
    void executeAsReplica(String sql) throws SQLException {
        execute(asReplica(sql));
    }

    /**
     * The same, of rows that are found by where they are, which is elsewhere the next time.
     *
     * @param again what does it the next time
     */
    void executeAsReplica(String sql, String again) throws SQLException {
        run(asReplica(sql));
        transcript.add(asReplica(again));
    }

    private static String asReplica(String sql) {
        return "set local session_replication_role = replica; " + sql + "; set local session_replication_role = origin";
    }

    /** Returns how many rows the last statement has changed, or 0 for one that changes none. */
    int execute(String sql) throws SQLException {
        int changed = run(sql);
        transcript.add(sql);
        return changed;
    }

    /** Inserts a row without triggers and foreign keys, and returns where it is. */
    String insertAsReplica(String insert) throws SQLException {
        run("set local session_replication_role = replica; set constraints all immediate");
        String ctid = value(insert);
        run("set local session_replication_role = origin");
        return ctid;
    }

    private int run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return Math.max(statement.getUpdateCount(), 0);
        }
    }

    /** What a statement answers with, if it does. */
    List<List<String>> answer(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            List<List<String>> answer = statement.execute(sql) ? texts(statement.getResultSet()) : List.of();
            transcript.add(sql);
            return answer;
        }
    }

    String value(String sql, String... parameters) throws SQLException {
        List<List<String>> rows = rows(sql, parameters);
        return rows.isEmpty() ? null : rows.get(0).get(0);
    }

    /** All as text, as the server writes it. */
    List<List<String>> rows(String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            return texts(statement.executeQuery());
        }
    }

    private static List<List<String>> texts(ResultSet result) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        while (result.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                row.add(result.getString(i));
            }
            rows.add(row);
        }
        return rows;
    }

    <T> List<T> query(String sql, Parameters parameters, RowMapper<T> mapper) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            parameters.set(statement);
            try (ResultSet row = statement.executeQuery()) {
                List<T> mapped = new ArrayList<>();
                while (row.next()) {
                    mapped.add(mapper.map(row));
                }
                return mapped;
            }
        }
    }

    interface Parameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    Array oids(Collection<Long> oids) throws SQLException {
        return connection.createArrayOf("oid", oids.toArray());
    }

    Array texts(Collection<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            connection.rollback();
        }
    }
}
