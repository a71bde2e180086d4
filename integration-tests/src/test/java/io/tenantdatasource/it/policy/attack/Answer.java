package io.tenantdatasource.it.policy.attack;

import java.util.List;
import org.postgresql.util.PSQLException;

/**
 * All that the server said to a statement.
 *
 * @param rows the rows of all its results, a line each
 * @param changed how many rows it changed
 * @param notices what it said beside that, such as what a function raised
 * @param error what stopped it, or null
 */
record Answer(List<String> rows, int changed, List<String> notices, PSQLException error) {

    /** The SQLState of the error, or null. */
    String sqlState() {
        return error == null ? null : error.getSQLState();
    }

    /** Everything in one text, with all fields of the error. */
    String everything() {
        return rows + "\n" + notices + "\n" + (error == null ? "" : error.getServerErrorMessage());
    }
}
