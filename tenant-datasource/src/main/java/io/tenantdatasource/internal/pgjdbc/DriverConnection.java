package io.tenantdatasource.internal.pgjdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.jdbc.PgStatement;
import org.postgresql.jdbc.PreferQueryMode;

/** What pgjdbc knows without asking the server. */
record DriverConnection(BaseConnection driver) {

    private static final String[] ALL_COLUMNS = {"*"};

    static Optional<DriverConnection> of(Connection physical) throws SQLException {
        if (physical instanceof BaseConnection driver) {
            return Optional.of(new DriverConnection(driver));
        }
        return physical.isWrapperFor(BaseConnection.class)
                ? Optional.of(new DriverConnection(physical.unwrap(BaseConnection.class)))
                : Optional.empty();
    }

    TransactionState transaction() {
        return driver.getTransactionState();
    }

    /** The server process that it logged in to, or a made-up one where a pooler answered. */
    int process() {
        return ((PGConnection) driver).getBackendPID();
    }

    boolean isClosed() throws SQLException {
        return driver.isClosed();
    }

    /** Whether plain statements go by the extended protocol, in which several of them are one implicit transaction. */
    boolean plainStatementsAreExtended() {
        return mode().compareTo(PreferQueryMode.EXTENDED) >= 0;
    }

    boolean preparedStatementsAreExtended() {
        return mode() != PreferQueryMode.SIMPLE;
    }

    private PreferQueryMode mode() {
        return driver.getPreferQueryMode();
    }

    /** To have all values in binary form, as with {@code prepareThreshold=-1}. */
    boolean describesEveryStatement() {
        return Boolean.getBoolean("org.postgresql.forceBinary")
                || (driver instanceof PgConnection connection && connection.getForceBinary());
    }

    boolean stringsAreStandard() {
        return driver.getStandardConformingStrings();
    }

    boolean rewritesBatches() {
        return driver.getQueryExecutor().isReWriteBatchedInsertsEnabled();
    }

    /** The statements of a text, as the driver takes it apart. */
    List<String> split(String sql) throws SQLException {
        return parse(sql).stream().map(query -> query.nativeSql).toList();
    }

    /**
     * The statement with the RETURNING that the driver would add for generated keys, or empty where it would add none.
     * In a text of several the driver adds it to the first one only.
     */
    Optional<String> returning(String sql, String[] columns) throws SQLException {
        List<NativeQuery> queries = parse(sql, columns == null ? ALL_COLUMNS : columns);
        return queries.size() == 1 && queries.get(0).command.isReturningKeywordPresent()
                ? Optional.of(queries.get(0).nativeSql)
                : Optional.empty();
    }

    private List<NativeQuery> parse(String sql, String... returning) throws SQLException {
        return Parser.parseJdbcSql(
                Parser.replaceProcessing(sql, true, driver.getStandardConformingStrings()),
                driver.getStandardConformingStrings(),
                false,
                true,
                false,
                driver.getQueryExecutor().getQuoteReturningIdentifiers(),
                returning);
    }

    /** Makes the driver report the status of what returns rows, as it does for a statement with generated keys. */
    static void reportRowsAndStatus(PreparedStatement statement) throws SQLException {
        statement.unwrap(PgStatement.class).wantsGeneratedKeysAlways = true;
    }
}
