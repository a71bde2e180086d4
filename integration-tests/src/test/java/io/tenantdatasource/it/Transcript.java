package io.tenantdatasource.it;

import java.sql.BatchUpdateException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** All that an application could see while it used a connection, as lines of text. */
public final class Transcript {

    /** Names of server-prepared statements, and identities of objects: they differ between two runs of the same code. */
    private static final Pattern ACCIDENTAL = Pattern.compile("\\b([SC])_\\d+|@\\p{XDigit}+");

    private static final int MORE_RESULTS_THAN_ANY_TEST_HAS = 30;

    private final List<String> lines = new ArrayList<>();

    public interface Question {
        Object answer() throws SQLException;
    }

    public interface Action {
        void run() throws SQLException;
    }

    public List<String> lines() {
        return lines;
    }

    /** Records the answer, or the exception. In the simple protocol pgjdbc asserts that nothing is described. */
    public void ask(String what, Question question) {
        try {
            record(what, question.answer());
        } catch (SQLException | RuntimeException | AssertionError e) {
            failure(what, e);
        }
    }

    /** Records whether it went well, or the exception. */
    public void act(String what, Action action) {
        ask(what, () -> {
            action.run();
            return "done";
        });
    }

    /** Records all results of a plain statement, one after the other. */
    public void execute(Statement statement, String sql) {
        act(sql, () -> results(sql, statement, statement.execute(sql)));
    }

    public void execute(PreparedStatement statement) {
        act("execute", () -> results("prepared", statement, statement.execute()));
    }

    private void results(String what, Statement statement, boolean rowsFirst) throws SQLException {
        boolean rows = rowsFirst;
        for (int i = 0; i < MORE_RESULTS_THAN_ANY_TEST_HAS; i++) {
            record(what + ": rows", rows);
            record(what + ": update count", statement.getUpdateCount());
            record(what + ": result", statement.getResultSet());
            if (!rows && statement.getUpdateCount() == -1) {
                break;
            }
            rows = statement.getMoreResults();
        }
        record(what + ": warnings", statement.getWarnings());
        statement.clearWarnings();
    }

    private void record(String what, Object value) throws SQLException {
        if (value instanceof ResultSet rows) {
            rows(what, rows);
        } else if (value instanceof ResultSetMetaData columns) {
            columns(what, columns);
        } else if (value instanceof SQLWarning warnings) {
            failure(what, warnings);
        } else {
            line(what, text(value));
        }
    }

    private void rows(String what, ResultSet rows) throws SQLException {
        columns(what, rows.getMetaData());
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= columns; i++) {
                row.add(rows.getString(i));
            }
            line(what + ": row " + rows.getRow(), row.toString());
        }
        record(what + ": warnings of the rows", rows.getWarnings());
    }

    private void columns(String what, ResultSetMetaData columns) throws SQLException {
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            line(
                    what + ": column " + i,
                    String.join(
                            ", ",
                            columns.getColumnLabel(i),
                            columns.getColumnName(i),
                            columns.getTableName(i),
                            columns.getColumnTypeName(i),
                            columns.getColumnClassName(i),
                            text(columns.getColumnType(i)),
                            text(columns.getPrecision(i)),
                            text(columns.getScale(i)),
                            text(columns.getColumnDisplaySize(i)),
                            text(columns.isNullable(i)),
                            text(columns.isAutoIncrement(i))));
        }
    }

    private void failure(String what, Throwable failure) {
        line(what, failure.getClass().getName() + ": " + failure.getMessage());
        if (failure instanceof BatchUpdateException batch) {
            line(what + ": counts", Arrays.toString(batch.getUpdateCounts()));
            line(what + ": large counts", Arrays.toString(batch.getLargeUpdateCounts()));
        }
        if (failure instanceof PSQLException server && server.getServerErrorMessage() != null) {
            ServerErrorMessage message = server.getServerErrorMessage();
            line(
                    what + ": told by the server",
                    String.join(
                            ", ",
                            text(message.getSeverity()),
                            text(message.getPosition()),
                            text(message.getInternalPosition()),
                            text(message.getInternalQuery()),
                            text(message.getWhere()),
                            text(message.getDetail()),
                            text(message.getHint()),
                            text(message.getTable()),
                            text(message.getConstraint())));
        }
        if (failure instanceof SQLException sql) {
            line(what + ": state", sql.getSQLState() + ", " + sql.getErrorCode());
            if (sql.getNextException() != null) {
                failure(what + ": next", sql.getNextException());
            }
        }
    }

    private void line(String what, String value) {
        lines.add(what + " -> " + ACCIDENTAL.matcher(value).replaceAll("$1"));
    }

    private static String text(Object value) {
        if (value instanceof int[] array) {
            return Arrays.toString(array);
        }
        return value instanceof long[] array ? Arrays.toString(array) : String.valueOf(value);
    }
}
