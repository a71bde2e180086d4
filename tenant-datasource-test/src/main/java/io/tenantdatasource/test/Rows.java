package io.tenantdatasource.test;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The rows of a database, which can be set back. Keeps one connection, whose knowledge of the tables makes the second reset
 * quicker than the first.
 */
final class Rows implements AutoCloseable {

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String END_OPEN_TRANSACTIONS = SqlResource.read("open-transactions.sql");
    private static final int SECONDS_TO_ANSWER = 10;

    private final PGSimpleDataSource administrator;
    private Optional<Connection> open = Optional.empty();

    Rows(PGSimpleDataSource administrator) {
        this.administrator = administrator;
        administrator.setPrepareThreshold(1); // each reset asks the same
    }

    /** An earlier baseline spares reading again what has not changed since. */
    synchronized Baseline baseline(Optional<Baseline> earlier) {
        try {
            return Baseline.take(connection(), earlier);
        } catch (SQLException e) {
            throw new IllegalStateException("The rows could not be kept: " + e.getMessage(), e);
        }
    }

    synchronized void reset(Baseline baseline) {
        try {
            resetInSpiteOfOpenTransactions(baseline, connection());
        } catch (SQLException e) {
            throw new IllegalStateException("The rows could not be set back: " + e.getMessage(), e);
        }
    }

    private static void resetInSpiteOfOpenTransactions(Baseline baseline, Connection connection) throws SQLException {
        try {
            baseline.restore(connection);
        } catch (SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            List<String> inTheWay = strings(connection, END_OPEN_TRANSACTIONS);
            baseline.restore(connection);
            throw new IllegalStateException(
                    "A transaction that was left open stood in the way of setting the rows back, and has been ended: "
                            + String.join("; ", inTheWay) + ". Commit or roll back before the test ends",
                    e);
        }
    }

    /** Waits until the server has noticed that their clients are gone, and holds no lock for them any more. */
    synchronized void endSessions(List<Integer> processes) {
        if (processes.isEmpty()) {
            return;
        }
        String ids = String.join(", ", processes.stream().map(String::valueOf).toList());
        try {
            strings(
                    connection(),
                    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database()"
                            + " and pid in (" + ids + ")");
        } catch (SQLException e) {
            throw new IllegalStateException("Connections that were left open could not be ended: " + e.getMessage(), e);
        }
    }

    private static List<String> strings(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> strings = new ArrayList<>();
            while (result.next()) {
                strings.add(result.getString(1));
            }
            return strings;
        }
    }

    /** A test may have ended all sessions of its database. */
    private Connection connection() throws SQLException {
        if (open.isPresent() && open.get().isValid(SECONDS_TO_ANSWER)) {
            return open.get();
        }
        close();
        Connection connection = administrator.getConnection();
        open = Optional.of(connection);
        try (Statement statement = connection.createStatement()) {
            // compiling a query of hundreds of small tables takes longer than running it
            statement.execute("set jit = off; set lock_timeout = '2s'");
        }
        return connection;
    }

    @Override
    public synchronized void close() {
        try {
            if (open.isPresent()) {
                open.get().close();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("A connection of the administrator could not be closed", e);
        }
        open = Optional.empty();
    }
}
