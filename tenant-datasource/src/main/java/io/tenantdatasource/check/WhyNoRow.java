package io.tenantdatasource.check;

import io.tenantdatasource.internal.PostgresText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * Why is a row not shown: is it absent or hidden, by which policy, for which value of which setting?
 *
 * <pre>{@code
 * WhyNoRow.in("invoices").where("number = ?", 4711).ask(connection)
 * }</pre>
 *
 * <p>It is asked on the connection that misses the row, in whatever transaction that is: for its tenant, its role, its
 * snapshot. PostgreSQL does not tell such a connection whether a hidden row exists. A {@linkplain #diagnosing diagnosing data
 * source} does, whose role sees all rows. The answer has nothing of a row in it.
 *
 * <p>Each wither returns a new object, this one stays as it is. Immutable, so safe to share between threads, as long as the
 * values are.
 */
public final class WhyNoRow {

    private static final String IN_FAILED_TRANSACTION = "25P02";
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final String table;
    private final String condition;
    private final List<Object> values;
    private final DataSource diagnosing;

    private WhyNoRow(String table, String condition, List<Object> values, DataSource diagnosing) {
        this.table = table;
        this.condition = condition;
        this.values = values;
        this.diagnosing = diagnosing;
    }

    /**
     * Asks for any row of a table.
     *
     * @param table the table, as SQL names it: {@code invoices}, {@code billing.invoices}, {@code "Invoices"}. Whatever comes
     *     from outside is safe here: what is no name is refused
     * @return the question
     * @throws IllegalArgumentException if it is blank
     */
    public static WhyNoRow in(String table) {
        return new WhyNoRow(PostgresText.requireNotBlank("table", table), "true", List.of(), null);
    }

    /**
     * Narrows the question down.
     *
     * @param condition SQL, as after {@code where}, with a question mark for each value. It is run as it is, so it must be
     *     the program's own; for what comes from outside there is {@link #whereColumn}
     * @param values for the question marks; never part of the answer
     * @return a question about the rows that meet it
     */
    public WhyNoRow where(String condition, Object... values) {
        return new WhyNoRow(table, PostgresText.requireNotBlank("condition", condition), List.of(values), diagnosing);
    }

    /**
     * Narrows the question down to one value of one column, compared as text. Safe with whatever comes from outside.
     *
     * @param column the column's name, as it stands in the catalogue: unquoted
     * @param value the value as PostgreSQL writes it; never part of the answer
     * @return a question about the rows that have it
     */
    public WhyNoRow whereColumn(String column, String value) {
        String quoted = '"' + PostgresText.requireNotBlank("column", column).replace("\"", "\"\"") + '"';
        return where(quoted + "::text = ?", PostgresText.requireStorable("value", value));
    }

    /**
     * Lets the answer tell a hidden row from an absent one.
     *
     * @param seesAll connects as a role that no policy binds, or as a member of the maintenance role. It reads, in a
     *     transaction that is rolled back; it must not be bound to a tenant
     * @return a question that is also asked there
     */
    public WhyNoRow diagnosing(DataSource seesAll) {
        return new WhyNoRow(table, condition, values, Objects.requireNonNull(seesAll, "seesAll is null"));
    }

    /**
     * Asks on a connection of its own.
     *
     * @param dataSource checks out for the tenant of the running code
     * @return the answer
     * @throws SQLException as {@link #ask(Connection)} does, or if there is no connection
     */
    public RowAnswer ask(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return ask(connection);
        }
    }

    /**
     * Asks on the connection that misses the row. Its transaction goes on as if nothing had been asked.
     *
     * @param connection a connection that is bound to the tenant
     * @return the answer
     * @throws SQLException what the server says: 42P01 if there is no such table, 42602 if it is no name, 42703 if the condition names a column that
     *     is not there
     */
    public RowAnswer ask(Connection connection) throws SQLException {
        try {
            return undone(connection, () -> answer(connection));
        } catch (SQLException e) {
            if (IN_FAILED_TRANSACTION.equals(e.getSQLState())) {
                return new RowAnswer(
                        RowAnswer.Verdict.NOT_READABLE,
                        List.of(
                                "a statement of the transaction has failed, so the server refuses all further ones: roll it"
                                        + " back, or back to a savepoint"));
            }
            throw e;
        }
    }

    private interface Work<T> {
        T run() throws SQLException;
    }

    /** A mistake in the condition must not end a transaction that is not ours. */
    private static <T> T undone(Connection connection, Work<T> work) throws SQLException {
        if (connection.getAutoCommit()) {
            return work.run();
        }
        Savepoint before = connection.setSavepoint();
        try {
            return work.run();
        } finally {
            connection.rollback(before);
        }
    }

    private RowAnswer answer(Connection connection) throws SQLException {
        TableRules rules = TableRules.read(connection, table);
        Reasons reasons = new Reasons(rules);
        reasons.addTransaction(connection);
        if (!rules.isReadable()) {
            return reasons.answer(RowAnswer.Verdict.NOT_READABLE);
        }
        if (exists(connection, rules)) {
            return reasons.answer(RowAnswer.Verdict.SHOWN);
        }
        if (rules.showsAll()) {
            return reasons.answer(RowAnswer.Verdict.ABSENT);
        }
        return diagnosing == null ? reasons.answer(RowAnswer.Verdict.NOT_SHOWN) : diagnosed(rules, reasons);
    }

    /** By the name that the server gave back: what was asked for has been read as a name, and nothing else. */
    private boolean exists(Connection connection, TableRules rules) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                        "select exists (select from " + rules.table() + " where " + condition + ")");
                ResultSet row = executed(query)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private ResultSet executed(PreparedStatement query) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            query.setObject(i + 1, values.get(i));
        }
        return query.executeQuery();
    }

    /** As somebody who sees all rows, with the settings that the connection has. */
    private RowAnswer diagnosed(TableRules rules, Reasons reasons) throws SQLException {
        try (Connection connection = diagnosing.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                prepare(connection);
                if (!TableRules.read(connection, rules.table()).showsAll()) {
                    reasons.add(
                            "the diagnosing role is bound by policies itself: let it be a member of the maintenance role, and of none"
                                    + " that works for tenants");
                    return reasons.answer(RowAnswer.Verdict.NOT_SHOWN);
                }
                rules.tell(connection);
                return reasons.answer(verdict(connection, rules, reasons));
            } catch (SQLException e) {
                if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                    throw e;
                }
                reasons.add(
                        "the diagnosing role waited in vain for a lock on the table, which may be that of the transaction that"
                                + " asks");
                return reasons.answer(RowAnswer.Verdict.NOT_SHOWN);
            } finally {
                connection.rollback();
                connection.setAutoCommit(autoCommit);
            }
        }
    }

    /**
     * It runs what policies say, so it may write nothing. And it must not wait for a lock that the transaction which asks holds: of
     * that circle PostgreSQL sees only one half.
     */
    private static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set transaction read only; set local lock_timeout = '2s'");
        }
    }

    private RowAnswer.Verdict verdict(Connection connection, TableRules rules, Reasons reasons) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                        "select count(*)" + rules.counts() + " from " + rules.table() + " where " + condition);
                ResultSet row = executed(query)) {
            row.next();
            if (row.getLong(1) == 0) {
                return RowAnswer.Verdict.ABSENT;
            }
            reasons.addWhatHides(row);
            return row.getLong(2) == 0 ? RowAnswer.Verdict.HIDDEN : RowAnswer.Verdict.NOT_SHOWN;
        }
    }
}
