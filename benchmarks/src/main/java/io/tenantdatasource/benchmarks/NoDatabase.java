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

/**
 * A pool over nothing: what is measured on it is the price of what stands before it. Each object exists once and every
 * call does next to nothing. What is not written here throws.
 */
public abstract class NoDatabase implements DataSource {

    private final NoConnection connection = complete(NoConnection.class);

    static DataSource create() {
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

    /** Always ready. */
    public abstract static class NoConnection implements Connection {

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
        public void rollback() {}

        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public void close() {}
    }

    /** Finds the same rows whatever is asked. */
    public abstract static class NoStatement implements PreparedStatement {

        private final NoRows rows = complete(NoRows.class);

        @Override
        public void setString(int parameter, String value) {}

        @Override
        public boolean execute() {
            return false;
        }

        @Override
        public ResultSet executeQuery(String sql) {
            rows.left = ROWS;
            return rows;
        }

        @Override
        public void close() {}
    }

    /** Rows of one number and one text. */
    public abstract static class NoRows implements ResultSet {

        private int left;

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
            return "text";
        }

        @Override
        public void close() {}
    }

    static final int ROWS = 1000;

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
