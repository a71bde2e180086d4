package io.tenantdatasource.test.conformance;

import static io.tenantdatasource.test.Tenants.ACME;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What an application notices of its connection being bound. */
final class Visibility {

    private Visibility() {}

    /** As another session sees it, so that nothing is sent through the connection itself. */
    static void noTransactionIsOpen(Bench bench) throws SQLException {
        bench.as(
                ACME,
                connection -> assertUnchanged(
                        bench,
                        "idle, no transaction",
                        bench.asAdministrator(
                                "select string_agg(distinct state || case when xact_start is null then ', no transaction'"
                                        + " else ', transaction' end, '; ') from pg_stat_activity where usename = '{user}'"),
                        "The session right after getConnection()"));
    }

    /** JDBC refuses both in the middle of a transaction. */
    static void readOnlyAndIsolation(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            try {
                connection.setReadOnly(true);
                connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                connection.setReadOnly(false);
            } catch (SQLException e) {
                throw new BrokenPromise(
                        Verdict.VISIBLE,
                        "setReadOnly and setTransactionIsolation right after getConnection() were to work, but: "
                                + e.getMessage());
            }
            String isolation = Sql.query(connection, "show transaction_isolation");
            assertUnchanged(bench, "serializable", isolation, "The isolation after setTransactionIsolation");
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        });
    }

    static void noWarning(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            assertUnchanged(
                    bench, "null", String.valueOf(connection.getWarnings()), "A warning right after getConnection()");
            try (Statement statement = connection.createStatement()) {
                statement.execute("select 1");
                assertUnchanged(
                        bench, "null", String.valueOf(statement.getWarnings()), "A warning of the first statement");
            }
        });
    }

    static void oneResult(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            try (Statement statement = connection.createStatement()) {
                assertUnchanged(
                        bench, "true", "" + statement.execute("select 'mine'"), "That the first result is one of rows");
                try (ResultSet result = statement.getResultSet()) {
                    assertUnchanged(bench, "mine", Sql.only(result), "The first result");
                }
                assertUnchanged(bench, "false", "" + statement.getMoreResults(), "That another result follows");
                assertUnchanged(bench, "-1", "" + statement.getUpdateCount(), "The update count where nothing follows");
            }
        });
    }

    static void updateCounts(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into entry (text) values (?), (?)", new String[] {"id"})) {
                insert.setString(1, "one");
                insert.setString(2, "two");
                assertUnchanged(bench, "2", "" + insert.executeUpdate(), "The update count of two rows");
                try (ResultSet keys = insert.getGeneratedKeys()) {
                    assertUnchanged(
                            bench, "id", keys.getMetaData().getColumnName(1), "The column of the generated keys");
                }
            }
        });
    }

    static void errors(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            try {
                Sql.query(connection, "select nonsense from note");
            } catch (PSQLException e) {
                ServerErrorMessage error = e.getServerErrorMessage();
                assertUnchanged(bench, "42703", e.getSQLState(), "The SQLState of an unknown column");
                assertUnchanged(
                        bench, "8", error == null ? "missing" : "" + error.getPosition(), "The position of an error");
                return;
            }
            throw new BrokenPromise(Verdict.SWALLOWED, "A statement with an unknown column was to fail, but did not");
        });
    }

    private static void assertUnchanged(Bench bench, String expected, String found, String what) {
        bench.assertFound(expected, found, Verdict.VISIBLE, what);
    }
}
