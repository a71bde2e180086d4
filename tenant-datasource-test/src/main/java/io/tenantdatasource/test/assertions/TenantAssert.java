package io.tenantdatasource.test.assertions;

import io.tenantdatasource.MissingTenantException;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.check.WhyNoRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * What a tenant sees and can do. Each assertion checks a connection out for the tenant, and undoes what it has done. Failures
 * show the policies that decided.
 *
 * <p>A text without a space is a table, as in {@code invoices} or {@code billing.invoices}; any other is a query. Parameters
 * stand for its question marks.
 */
public final class TenantAssert {

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final DataSource dataSource;
    private final MissingRows missingRows;
    private final Optional<Tenant> tenant;

    TenantAssert(DataSource dataSource, MissingRows missingRows, Optional<Tenant> tenant) {
        this.dataSource = dataSource;
        this.missingRows = missingRows;
        this.tenant = tenant;
    }

    /**
     * Asserts that there is a row for it to see.
     *
     * @param tableOrQuery where to look
     * @param parameters of the query
     * @return this
     * @throws AssertionError if it sees none
     */
    public TenantAssert sees(String tableOrQuery, Object... parameters) {
        Statement query = query(tableOrQuery, parameters);
        return check(query, answer -> answer.rows().isEmpty() ? "sees nothing, but was to see something" : null);
    }

    /**
     * Asserts that it sees a row. A failure tells which policies hide it, for which value of which setting, and after {@link
     * DataSourceAssert#diagnosing} whether there is one at all.
     *
     * @param table where to look, as SQL names it
     * @param condition what is true of the row: SQL, as after {@code where}, with a question mark for each value
     * @param values for the question marks
     * @return this
     * @throws AssertionError if it sees none
     */
    public TenantAssert seesRow(String table, String condition, Object... values) {
        WhyNoRow row = WhyNoRow.in(table).where(condition, values);
        Statement query = new Statement("select 1 from " + table + " where " + condition, List.of(values));
        return check(
                query,
                answer -> answer.rows().isEmpty() ? "does not see the row that it was to see" : null,
                e -> false,
                connection -> missingRows.why(connection, row));
    }

    /**
     * Asserts how many rows it sees.
     *
     * @param rows how many
     * @param tableOrQuery where to look
     * @param parameters of the query
     * @return this
     * @throws AssertionError if it sees more or fewer
     */
    public TenantAssert seesRows(int rows, String tableOrQuery, Object... parameters) {
        Statement query = query(tableOrQuery, parameters);
        return check(
                query,
                answer -> answer.rows().size() == rows
                        ? null
                        : "sees " + answer.rows().size() + " rows, but was to see " + rows + shown(answer));
    }

    /**
     * Asserts which values it sees, in any order.
     *
     * @param query its first column is compared, as text
     * @param values all that are to be seen
     * @return this
     * @throws AssertionError if it sees others, or not all of them
     */
    public TenantAssert seesExactly(String query, Object... values) {
        List<String> expected =
                Arrays.stream(values).map(String::valueOf).sorted().toList();
        return check(query(query), answer -> {
            List<String> seen = answer.rows().stream().sorted().toList();
            return seen.equals(expected) ? null : "sees " + seen + ", but was to see " + expected;
        });
    }

    /**
     * Asserts that there is nothing for it to see.
     *
     * @param tableOrQuery where to look; a missing right counts as well as a policy
     * @param parameters of the query
     * @return this
     * @throws AssertionError if it sees a row
     */
    public TenantAssert seesNothing(String tableOrQuery, Object... parameters) {
        Statement query = query(tableOrQuery, parameters);
        return check(
                query,
                answer -> answer.rows().isEmpty()
                        ? null
                        : "sees " + answer.rows().size() + " rows, but was to see nothing" + shown(answer),
                TenantAssert::isDenied);
    }

    /**
     * Asserts that it can do something, and undoes it.
     *
     * @param statement an INSERT, an UPDATE, or a DELETE
     * @param parameters of the statement
     * @return this
     * @throws AssertionError if it is refused, or changes no row
     */
    public TenantAssert can(String statement, Object... parameters) {
        return check(
                new Statement(statement, List.of(parameters)),
                answer -> answer.changed() > 0 ? null : "changes no row, but was to");
    }

    /**
     * Asserts that an INSERT is refused.
     *
     * @param insert the statement
     * @param parameters of the statement
     * @return this
     * @throws AssertionError if it inserts, or fails for another reason than a policy or a missing right (SQLState 42501)
     */
    public TenantAssert cannotInsert(String insert, Object... parameters) {
        return cannotChange(insert, parameters);
    }

    /**
     * Asserts that an UPDATE is refused, or finds no row.
     *
     * @param update the statement
     * @param parameters of the statement
     * @return this
     * @throws AssertionError if it changes a row, or fails for another reason than a policy or a missing right (SQLState 42501)
     */
    public TenantAssert cannotUpdate(String update, Object... parameters) {
        return cannotChange(update, parameters);
    }

    /**
     * Asserts that a DELETE is refused, or finds no row.
     *
     * @param delete the statement
     * @param parameters of the statement
     * @return this
     * @throws AssertionError if it removes a row, or fails for another reason than a policy or a missing right (SQLState 42501)
     */
    public TenantAssert cannotDelete(String delete, Object... parameters) {
        return cannotChange(delete, parameters);
    }

    private TenantAssert cannotChange(String statement, Object... parameters) {
        return check(
                new Statement(statement, List.of(parameters)),
                answer -> answer.changed() == 0 ? null : "changes " + answer.changed() + " rows, but was not to",
                TenantAssert::isDenied);
    }

    private static boolean isDenied(SQLException e) {
        return INSUFFICIENT_PRIVILEGE.equals(e.getSQLState()) || e instanceof MissingTenantException;
    }

    private static Statement query(String tableOrQuery, Object... parameters) {
        boolean table = tableOrQuery.strip().chars().noneMatch(Character::isWhitespace);
        return new Statement(table ? "select * from " + tableOrQuery : tableOrQuery, List.of(parameters));
    }

    private static String shown(Answer answer) {
        int most = 5;
        String first = String.join(", ", answer.rows().stream().limit(most).toList());
        return " (first column: " + first + (answer.rows().size() > most ? ", …" : "") + ")";
    }

    /** What is wrong with an answer, or null. */
    private interface Expectation {
        String violatedBy(Answer answer);
    }

    /** Whether an error is what was expected. */
    private interface Tolerance {
        boolean accepts(SQLException e);
    }

    /** What decided, as a failure tells it. */
    private interface Explanation {
        String on(Connection connection);
    }

    private TenantAssert check(Statement statement, Expectation expectation) {
        return check(statement, expectation, e -> false);
    }

    private TenantAssert check(Statement statement, Expectation expectation, Tolerance tolerance) {
        return check(statement, expectation, tolerance, connection -> PoliciesInTheWay.of(connection, statement));
    }

    private TenantAssert check(
            Statement statement, Expectation expectation, Tolerance tolerance, Explanation explanation) {
        try (TenantContext.Scope scope = tenant.map(TenantContext::open).orElseGet(TenantContext::openWithoutTenant)) {
            checkWhereItIs(statement, expectation, tolerance, explanation);
        }
        return this;
    }

    private void checkWhereItIs(
            Statement statement, Expectation expectation, Tolerance tolerance, Explanation explanation) {
        Connection checkedOut = null;
        try {
            checkedOut = dataSource.getConnection();
        } catch (SQLException e) {
            if (!tolerance.accepts(e)) {
                throw new AssertionError(who() + " got no connection for " + statement + ": " + e.getMessage(), e);
            }
            return;
        }
        try (Connection connection = checkedOut) {
            checkOn(connection, statement, expectation, tolerance, explanation);
        } catch (SQLException e) {
            throw new AssertionError("What was tried could not be undone: " + e.getMessage(), e);
        }
    }

    private void checkOn(
            Connection connection,
            Statement statement,
            Expectation expectation,
            Tolerance tolerance,
            Explanation explanation)
            throws SQLException {
        Undone undone = Undone.begin(connection);
        try {
            String violation = violation(connection, statement, expectation, tolerance);
            undone.undo();
            if (violation != null) {
                throw new AssertionError(who() + " " + violation + "\n" + explanation.on(connection));
            }
        } finally {
            undone.end();
        }
    }

    private static String violation(
            Connection connection, Statement statement, Expectation expectation, Tolerance tolerance) {
        try {
            String violation = expectation.violatedBy(statement.runOn(connection));
            return violation == null ? null : violation + ": " + statement;
        } catch (SQLException e) {
            return tolerance.accepts(e)
                    ? null
                    : "was refused: " + statement + "\n" + e.getMessage() + " (SQLState " + e.getSQLState() + ")";
        }
    }

    private String who() {
        return tenant.map(t -> "The tenant " + t.organizationId()
                        + (t.userId() == null ? "" : ", user " + t.userId())
                        + (t.alsoReads().isEmpty() ? "" : ", reading " + String.join(", ", t.alsoReads())))
                .orElse("Whoever works without a tenant");
    }
}
