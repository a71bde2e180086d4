package io.tenantdatasource.benchmarks;

import java.lang.invoke.MethodHandles;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import javax.sql.DataSource;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import net.bytebuddy.implementation.ExceptionMethod;
import net.bytebuddy.matcher.ElementMatchers;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * A pool over nothing: what is measured on it is the price of what stands before it. Each object exists once and every
 * call does next to nothing. What is not written here throws.
 *
 * <p>Its connection passes for one of pgjdbc, and what is run as two statements of one text has two results, without
 * which {@code TenantBinding.TRANSACTION} would bind at checkout.
 */
public abstract class NoDatabase implements DataSource {

    private final NoConnection connection = complete(NoConnection.class);

    static NoDatabase create() {
        return complete(NoDatabase.class);
    }

    @Override
    public Connection getConnection() {
        return connection;
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }

    /** The text that was run last without parameters. */
    String sent() {
        return connection.statement.sent;
    }

    /** Always ready. */
    public abstract static class NoConnection implements BaseConnection {

        private final NoStatement statement = complete(NoStatement.class);
        private boolean autoCommit = true;

        @Override
        public Statement createStatement() {
            return statement;
        }

        @Override
        public PreparedStatement prepareStatement(String sql) {
            return statement;
        }

        @Override
        public boolean getAutoCommit() {
            return autoCommit;
        }

        @Override
        public void setAutoCommit(boolean autoCommit) {
            this.autoCommit = autoCommit;
        }

        @Override
        public TransactionState getTransactionState() {
            return TransactionState.IDLE;
        }

        @Override
        public PreferQueryMode getPreferQueryMode() {
            return PreferQueryMode.EXTENDED;
        }

        @Override
        public void rollback() {}

        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public boolean getStandardConformingStrings() {
            return true;
        }

        @Override
        public int getBackendPID() {
            return 0; // as that of a session that nobody could look at
        }

        @Override
        public <T> T unwrap(Class<T> type) {
            return type.cast(this);
        }

        @Override
        public void close() {}
    }

    /** Finds the same rows whatever is asked. */
    public abstract static class NoStatement implements PreparedStatement {

        private final NoRows rows = complete(NoRows.class);
        private String sent;

        /** Which result is the current one: BEGIN's, what tells, the user's, COMMIT's, and no more. */
        private int at;

        @Override
        public void setString(int parameter, String value) {
            rows.value = value;
        }

        @Override
        public boolean execute() {
            at = 0;
            return false;
        }

        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public int getFetchSize() {
            return 0;
        }

        @Override
        public boolean execute(String sql) {
            sent = sql;
            rows.value = TEXT;
            return execute();
        }

        @Override
        public boolean getMoreResults(int current) {
            at++;
            return at == 1 || at == 2;
        }

        @Override
        public int getUpdateCount() {
            return at < 4 ? 0 : -1;
        }

        @Override
        public long getLargeUpdateCount() {
            return getUpdateCount();
        }

        @Override
        public ResultSet getResultSet() {
            rows.left = ROWS;
            return rows;
        }

        @Override
        public ResultSet executeQuery(String sql) {
            sent = sql;
            rows.value = TEXT;
            return getResultSet();
        }

        @Override
        public void close() {}
    }

    /** Rows of one number and one text. */
    public abstract static class NoRows implements ResultSet {

        private int left;
        private String value = TEXT;

        @Override
        public boolean next() {
            return --left >= 0;
        }

        @Override
        public int getInt(int column) {
            return left;
        }

        @Override
        public String getString(int column) {
            return value;
        }

        @Override
        public void close() {}
    }

    static final int ROWS = 1000;

    private static final String TEXT = "text";

    /** Fills in what {@code type} leaves out. */
    private static <T> T complete(Class<T> type) {
        try (var made = new ByteBuddy()
                .subclass(type)
                .method(ElementMatchers.isAbstract())
                .intercept(ExceptionMethod.throwing(UnsupportedOperationException.class))
                .make()) {
            return made.load(type.getClassLoader(), ClassLoadingStrategy.UsingLookup.of(MethodHandles.lookup()))
                    .getLoaded()
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Could not complete " + type, e);
        }
    }
}
