package io.tenantdatasource.it.program;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.it.Transcript;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.largeobject.LargeObjectManager;

/** What applications do. */
final class Steps {

    private Steps() {}

    /** Runs a text, and reads all of its results. */
    record Execute(String sql) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            try (Statement statement = hand.connection().createStatement()) {
                hand.seen().execute(statement, hand.running(sql));
            }
        }
    }

    record Query(String sql, int maxRows) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            try (Statement statement = hand.connection().createStatement()) {
                statement.setMaxRows(maxRows);
                hand.seen().ask("query", () -> statement.executeQuery(hand.running(sql)));
                hand.seen().ask("warnings", statement::getWarnings);
            }
        }
    }

    record Update(String sql) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            try (Statement statement = hand.connection().createStatement()) {
                hand.seen().ask("update", () -> statement.executeLargeUpdate(hand.running(sql)));
            }
        }
    }

    record UpdateWithKeys(String sql) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            try (Statement statement = hand.connection().createStatement()) {
                hand.seen()
                        .ask(
                                "update with keys",
                                () -> statement.executeUpdate(hand.running(sql), Statement.RETURN_GENERATED_KEYS));
                hand.seen().ask("keys", statement::getGeneratedKeys);
            }
        }
    }

    /** Runs a prepared statement that the checkout keeps. */
    record Prepared(String sql, List<Value> values) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            PreparedStatement statement = hand.prepared(sql);
            set(statement, values);
            hand.seen().execute(statement);
        }
    }

    /** Prepares it anew, as most applications do: what the driver has cached of its text is what it meets again. */
    record PreparedAnew(String sql, List<Value> values) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            try (PreparedStatement statement = hand.connection().prepareStatement(hand.running(sql))) {
                set(statement, values);
                hand.seen().execute(statement);
            }
        }
    }

    record QueryAnew(String sql, List<Value> values) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            try (PreparedStatement statement = hand.connection().prepareStatement(hand.running(sql))) {
                set(statement, values);
                hand.seen().ask("query", statement::executeQuery);
                hand.seen().ask("warnings", statement::getWarnings);
            }
        }
    }

    record PreparedWithKeys(String sql, List<Value> values) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            try (PreparedStatement statement =
                    hand.connection().prepareStatement(hand.running(sql), new String[] {"id"})) {
                set(statement, values);
                hand.seen().ask("update with keys", statement::executeUpdate);
                hand.seen().ask("keys", statement::getGeneratedKeys);
            }
        }
    }

    /** What JDBC asks to be refused: another text on a prepared statement. */
    record TextOnPrepared(String sql) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            PreparedStatement statement = hand.prepared("select 1");
            hand.seen().ask("execute", () -> stateOf(() -> statement.execute(hand.running(sql))));
            hand.seen()
                    .ask(
                            "execute with keys",
                            () -> stateOf(() -> statement.execute(hand.running(sql), Statement.RETURN_GENERATED_KEYS)));
        }
    }

    record Described(String sql) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            PreparedStatement statement = hand.prepared(sql);
            hand.seen().ask("parameters", () -> statement.getParameterMetaData().getParameterCount());
            hand.seen().ask("columns", statement::getMetaData);
        }
    }

    record Batch(List<String> texts) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            try (Statement statement = hand.connection().createStatement()) {
                for (String sql : texts) {
                    statement.addBatch(hand.running(sql));
                }
                hand.seen().ask("batch", () -> Arrays.toString(statement.executeBatch()));
            }
        }
    }

    record PreparedBatch(String sql, List<List<Value>> rows) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            try (PreparedStatement statement =
                    hand.connection().prepareStatement(hand.running(sql), Statement.RETURN_GENERATED_KEYS)) {
                for (List<Value> values : rows) {
                    set(statement, values);
                    statement.addBatch();
                }
                hand.seen().ask("batch", () -> Arrays.toString(statement.executeBatch()));
                hand.seen().ask("keys", statement::getGeneratedKeys);
            }
        }
    }

    record Call() implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            try (CallableStatement call = hand.connection().prepareCall("{? = call told()}")) {
                call.registerOutParameter(1, Types.VARCHAR);
                hand.seen().act("call", call::execute);
                hand.seen().ask("out", () -> call.getString(1));
            }
        }
    }

    record Commit() implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            hand.connection().commit();
        }
    }

    record Rollback() implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            hand.connection().rollback();
        }
    }

    record AutoCommit(boolean on) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            hand.connection().setAutoCommit(on);
        }
    }

    record Serializable(boolean on) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            hand.connection()
                    .setTransactionIsolation(
                            on ? Connection.TRANSACTION_SERIALIZABLE : Connection.TRANSACTION_READ_COMMITTED);
            hand.seen().ask("isolation", hand.connection()::getTransactionIsolation);
        }
    }

    record ReadOnly(boolean on) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            hand.connection().setReadOnly(on);
        }
    }

    record SetSavepoint() implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            hand.addSavepoint();
        }
    }

    record RollbackTo(int number) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            Optional<Savepoint> savepoint = hand.savepoint(number);
            if (savepoint.isPresent()) {
                hand.connection().rollback(savepoint.orElseThrow());
            }
        }
    }

    record Release(int number) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            Optional<Savepoint> savepoint = hand.savepoint(number);
            if (savepoint.isPresent()) {
                hand.connection().releaseSavepoint(savepoint.orElseThrow());
            }
        }
    }

    record OpenCursor(String sql, int fetchSize) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            hand.openCursor(sql, fetchSize);
        }
    }

    /** Reads on in the cursor, if one is open. */
    record Fetch(int rows) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            for (int i = 0; i < rows && hand.cursor().isPresent(); i++) {
                ResultSet cursor = hand.cursor().orElseThrow();
                hand.seen().ask("fetched", () -> cursor.next() ? cursor.getString(1) : "end");
            }
        }
    }

    record CloseCursor() implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            hand.closeCursor();
        }
    }

    record UpdateRow() implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            try (Statement statement = hand.connection()
                            .createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
                    ResultSet rows = statement.executeQuery("select id, v from doc order by id")) {
                if (rows.next()) {
                    rows.updateString(2, "updated");
                    rows.updateRow();
                    rows.moveToInsertRow();
                    rows.updateInt(1, 9_000);
                    rows.updateString(2, "inserted");
                    rows.insertRow();
                }
            }
        }
    }

    record MetaData() implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            hand.seen().ask("tables", () -> hand.connection().getMetaData().getTables(null, "public", "doc", null));
        }
    }

    record Warnings() implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            hand.seen().ask("warnings of the connection", hand.connection()::getWarnings);
            hand.connection().clearWarnings();
        }
    }

    /** Goes past the wrapper, to the driver's connection. */
    record Unwrapped(String sql) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            Connection driver = (Connection) hand.connection().unwrap(PGConnection.class);
            try (Statement statement = driver.createStatement()) {
                hand.seen().execute(statement, hand.running(sql));
            }
        }
    }

    record Copy() implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            CopyManager copy = hand.connection().unwrap(PGConnection.class).getCopyAPI();
            hand.seen().ask("copied in", () -> copyIn(copy));
            hand.seen().ask("copied out", () -> copyOut(copy));
        }

        private static long copyIn(CopyManager copy) throws SQLException {
            try {
                return copy.copyIn("copy note (text) from stdin", new StringReader("copied\n"));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private static String copyOut(CopyManager copy) throws SQLException {
            try {
                StringWriter out = new StringWriter();
                copy.copyOut("copy (" + Texts.READ + " order by id) to stdout", out);
                return out.toString();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    record LargeObject() implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            LargeObjectManager objects =
                    hand.connection().unwrap(PGConnection.class).getLargeObjectAPI();
            objects.delete(objects.createLO());
        }
    }

    /** Gives the connection back as it is, and checks another one out. */
    record NextCheckout(Worker worker) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            hand.seen().act("return", hand::giveBack);
            hand.checkOut(worker);
        }
    }

    /** Uses the connection that was returned last, while the thread works for somebody. */
    record UseAfterClose(String sql) implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            if (hand.returned().isPresent()) {
                Connection closed = hand.returned().orElseThrow();
                Transcript seen = hand.seen();
                seen.ask("closed", closed::isClosed);
                TenantContext.run(
                        Worker.GLOBEX.tenant().orElseThrow(),
                        () -> seen.ask("use after close", () -> isRefused(() -> execute(closed, sql))));
            }
        }
    }

    /** The administrator ends the session, of which an application learns when it uses it next. */
    record Terminate() implements Step {
        @Override
        public void go(Hand hand) throws SQLException {
            hand.terminate();
        }
    }

    private static void set(PreparedStatement statement, List<Value> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            values.get(i).set(statement, i + 1);
        }
    }

    /** For what pgjdbc refuses in other words. */
    private static String stateOf(Transcript.Action refused) {
        try {
            refused.run();
            return "done";
        } catch (SQLException e) {
            return String.valueOf(e.getSQLState());
        }
    }

    /** For what each pool refuses in its own words. */
    private static boolean isRefused(Transcript.Action refused) {
        return !"done".equals(stateOf(refused));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
