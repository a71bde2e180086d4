package io.tenantdatasource.test.conformance;

import static io.tenantdatasource.test.Tenants.ACME;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

/** For whom statements run when a transaction has ended, or a statement has. */
final class Transactions {

    private Transactions() {}

    static void commit(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(false);
            Sql.query(connection, "select 1");
            connection.commit();
            assertBound(bench, connection, "A query after commit()");
        });
    }

    static void rollback(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(false);
            Sql.query(connection, "select 1");
            connection.rollback();
            assertBound(bench, connection, "A query after rollback()");
        });
    }

    static void rollbackToSavepoint(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(false);
            Savepoint savepoint = connection.setSavepoint();
            Sql.query(connection, "select 1");
            connection.rollback(savepoint);
            assertBound(bench, connection, "A query after a rollback to the savepoint that the transaction began with");
        });
    }

    static void failedStatement(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(true);
            fail(connection);
            assertBound(bench, connection, "A query after a statement that failed in autocommit");
        });
    }

    static void failedTransaction(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(false);
            fail(connection);
            connection.rollback();
            assertBound(bench, connection, "A query after a transaction that failed, and rollback(),");
        });
    }

    static void cancelled(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(true);
            cancel(connection);
            assertBound(bench, connection, "A query after one that was cancelled");
        });
    }

    static void toggledAutocommit(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            for (boolean autoCommit : new boolean[] {true, false, true, false}) {
                connection.setAutoCommit(autoCommit);
                assertBound(bench, connection, "A query after setAutoCommit(" + autoCommit + ")");
            }
        });
    }

    static void byText(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(true);
            for (String end : new String[] {"commit", "rollback"}) {
                Sql.execute(connection, "begin");
                assertBound(bench, connection, "A query after BEGIN by text");
                Sql.execute(connection, end);
                assertBound(bench, connection, "A query after " + end.toUpperCase(java.util.Locale.ROOT) + " by text");
            }
        });
    }

    private static void assertBound(Bench bench, Connection connection, String what) throws SQLException {
        bench.assertRanFor(ACME, Sql.query(connection, bench.whom()), what);
    }

    static void fail(Connection connection) {
        runsIntoAnError(connection, "select 1 / 0", "22012");
    }

    static void cancel(Connection connection) {
        runsIntoAnError(connection, "select pg_cancel_backend(pg_backend_pid()), pg_sleep(30)", "57014");
    }

    private static void runsIntoAnError(Connection connection, String sql, String sqlState) {
        try {
            Sql.query(connection, sql);
        } catch (SQLException e) {
            if (!sqlState.equals(e.getSQLState())) {
                throw new BrokenPromise(
                        Verdict.VISIBLE,
                        "The SQLState of " + sql + " was " + e.getSQLState() + ", but was to be " + sqlState);
            }
            return;
        }
        throw new BrokenPromise(Verdict.SWALLOWED, "The error of " + sql + " was not told");
    }
}
