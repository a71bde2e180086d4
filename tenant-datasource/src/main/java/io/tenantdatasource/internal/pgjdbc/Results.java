package io.tenantdatasource.internal.pgjdbc;

import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/** The results of the user's own among those of a string, answered as the driver does. */
final class Results {

    private static final int NO_MORE = -1;

    private record Result(ResultSet rows, int count, long largeCount) {

        static Result current(Statement statement, boolean isResultSet) throws SQLException {
            return isResultSet
                    ? new Result(statement.getResultSet(), NO_MORE, NO_MORE)
                    : new Result(null, statement.getUpdateCount(), statement.getLargeUpdateCount());
        }

        boolean isNone() {
            return rows == null && largeCount == NO_MORE;
        }
    }

    private static final Result NONE = new Result(null, NO_MORE, NO_MORE);

    private final List<Result> own;
    private int at;

    private Results(List<Result> own) {
        this.own = own;
    }

    /**
     * Takes the results of a statement that has run. As many as were expected have to be there: each statement of a string
     * gives one, so another number means that the server has read the text in another way than we have.
     *
     * @param isResultSet what the statement's {@code execute} has returned
     * @param form in which the statement was sent
     * @param expected how many are the user's
     * @throws UnprovenException if there are more or less
     */
    static Results of(Statement statement, boolean isResultSet, Form form, int expected) throws SQLException {
        int before = form.resultsBefore();
        return of(
                statement,
                isResultSet,
                before + expected + form.resultsAfter(),
                i -> i >= before && i < before + expected);
    }

    /** As {@link #of(Statement, boolean, Form, int)}, where the user's may be any of them. */
    static Results of(Statement statement, boolean isResultSet, int expected, IntPredicate isOwn) throws SQLException {
        List<Result> all = new ArrayList<>();
        Result current = Result.current(statement, isResultSet);
        while (!current.isNone()) {
            all.add(current);
            current = Result.current(statement, statement.getMoreResults(Statement.KEEP_CURRENT_RESULT));
        }
        if (all.size() != expected) {
            throw new UnprovenException(
                    "The server has answered " + all.size() + " statements of a text that was read as " + expected);
        }
        List<Result> own = new ArrayList<>();
        for (int i = 0; i < expected; i++) {
            if (isOwn.test(i)) {
                own.add(all.get(i));
            }
        }
        return new Results(own);
    }

    /** Closes all rows as running another statement does: the driver's, not what a pool has put before them. */
    void close() throws SQLException {
        for (Result result : own) {
            if (result.rows() != null && !result.rows().isClosed()) {
                result.rows().unwrap(ResultSet.class).close();
            }
        }
    }

    /** Takes the first of the user's results away, which are the generated keys. */
    ResultSet takeKeys() {
        return own.get(at++).rows();
    }

    private Result current() {
        return at < own.size() ? own.get(at) : NONE;
    }

    ResultSet rows() {
        return current().rows();
    }

    int count() {
        return current().count();
    }

    long largeCount() {
        return current().largeCount();
    }

    /** As {@link Statement#getMoreResults(int)}. */
    boolean next(int whatToClose) throws SQLException {
        int first = whatToClose == Statement.CLOSE_ALL_RESULTS ? 0 : at;
        for (int i = first; i <= at && i < own.size(); i++) {
            if (whatToClose != Statement.KEEP_CURRENT_RESULT && own.get(i).rows() != null) {
                own.get(i).rows().close();
            }
        }
        at++;
        return current().rows() != null;
    }

    /** What the method that has run the statement returns. */
    Object answer(Method method) throws SQLException {
        boolean isResultSet = rows() != null;
        return switch (method.getName()) {
            case "execute" -> isResultSet;
            case "executeQuery" -> {
                if (!isResultSet) {
                    throw new PSQLException(GT.tr("No results were returned by the query."), PSQLState.NO_DATA);
                }
                yield rows();
            }
            case "executeUpdate" -> {
                requireCounts();
                yield count();
            }
            case "executeLargeUpdate" -> {
                requireCounts();
                yield largeCount();
            }
            default -> throw new IllegalArgumentException(method.toString());
        };
    }

    private void requireCounts() throws SQLException {
        if (own.stream().skip(at).anyMatch(result -> result.rows() != null)) {
            throw new PSQLException(GT.tr("A result was returned when none was expected."), PSQLState.TOO_MANY_RESULTS);
        }
    }
}
