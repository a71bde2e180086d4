package io.tenantdatasource.internal.pgjdbc;

import java.lang.reflect.Method;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/** Answers as the driver does, once a statement stands at the first result of the user's own. */
final class Outcome {

    private Outcome() {}

    /**
     * @param method how the user ran the statement
     * @param statement the statement that was run
     * @param isResultSet whether its current result is one
     */
    static Object of(Method method, Statement statement, boolean isResultSet) throws SQLException {
        return switch (method.getName()) {
            case "execute" -> isResultSet;
            case "executeQuery" -> {
                if (!isResultSet) {
                    throw new PSQLException(GT.tr("No results were returned by the query."), PSQLState.NO_DATA);
                }
                yield statement.getResultSet();
            }
            case "executeUpdate" -> {
                requireUpdateCount(isResultSet);
                yield statement.getUpdateCount();
            }
            case "executeLargeUpdate" -> {
                requireUpdateCount(isResultSet);
                yield statement.getLargeUpdateCount();
            }
            default -> throw new IllegalArgumentException(method.toString());
        };
    }

    private static void requireUpdateCount(boolean isResultSet) throws SQLException {
        if (isResultSet) {
            throw new PSQLException(GT.tr("A result was returned when none was expected."), PSQLState.TOO_MANY_RESULTS);
        }
    }
}
