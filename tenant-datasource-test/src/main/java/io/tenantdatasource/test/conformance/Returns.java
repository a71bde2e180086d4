package io.tenantdatasource.test.conformance;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What is there when a connection was closed, in whatever state. */
final class Returns {

    private static final String WRITE = "insert into entry (text) values ('uncommitted')";

    private Returns() {}

    static void idle(Bench bench) throws SQLException {
        bench.as(ACME, connection -> Sql.query(connection, "select 1"));
        bench.assertClean("when it was idle");
    }

    static void openTransaction(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(false);
            Sql.execute(connection, WRITE);
        });
        bench.assertClean("in an open transaction");
    }

    static void failedTransaction(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(false);
            Sql.execute(connection, WRITE);
            Transactions.fail(connection);
        });
        bench.assertClean("in a transaction that had failed");
    }

    static void transactionByText(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(true);
            Sql.execute(connection, "begin");
            Sql.execute(connection, WRITE);
        });
        bench.assertClean("in a transaction that SQL text had begun");
    }

    @SuppressWarnings("MustBeClosedChecker")
    static void runningCursor(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(false);
            Statement statement = connection.createStatement();
            statement.setFetchSize(2);
            ResultSet result = statement.executeQuery("select generate_series(1, 100)");
            result.next();
        });
        bench.assertClean("with a cursor that had rows left");
    }

    static void cancelledQuery(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(false);
            Transactions.cancel(connection);
        });
        bench.assertClean("after a query that was cancelled");
    }

    static void settingByText(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(true);
            Sql.execute(
                    connection,
                    "select set_config(" + Sql.literal(bench.nameOfTheSetting()) + ", "
                            + Sql.literal(GLOBEX.organizationId()) + ", false)");
        });
        bench.assertClean("after SQL text had set the tenant itself");
    }

    static void role(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(true);
            Sql.execute(connection, "set role " + bench.role());
        });
        nextFinds(bench, bench.user(), "select current_user", "The role of the next checkout");
    }

    static void heldCursor(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(false);
            Sql.query(connection, "select 1");
            Sql.execute(connection, "declare leftover cursor with hold for select text from note");
            connection.commit();
        });
        nextFinds(
                bench,
                "0",
                "select count(*) from pg_cursors where name = 'leftover'",
                "The number of acme's cursors in the next checkout");
    }

    static void temporaryTable(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(true);
            Sql.execute(connection, "create temporary table leftover as select * from note");
        });
        nextFinds(
                bench,
                "false",
                "select (to_regclass('pg_temp.leftover') is not null)::text",
                "That acme's temporary table is there in the next checkout");
    }

    static void listening(Bench bench) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(true);
            Sql.execute(connection, "listen leftover");
        });
        nextFinds(
                bench,
                "0",
                "select count(*) from pg_listening_channels()",
                "The number of channels that acme listened to in the next checkout");
    }

    private static void nextFinds(Bench bench, String expected, String query, String what) throws SQLException {
        bench.as(
                GLOBEX,
                connection -> bench.assertFound(expected, Sql.query(connection, query), Verdict.LEFT_BEHIND, what));
    }
}
