package io.tenantdatasource.test.conformance;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * The smallest pool that there can be: one physical connection, which shows every leak. On return it closes statements, rolls back
 * what is open, and goes back to autocommit; all else stays in the session. It replaces a connection that the driver calls closed.
 */
final class OneConnectionPool implements DataSource, AutoCloseable {

    private static final int SECONDS_TO_WAIT = 3;

    private final DataSource server;
    private final Semaphore free = new Semaphore(1);
    private Connection physical;

    OneConnectionPool(DataSource server) {
        this.server = server;
    }

    @Override
    public Connection getConnection() throws SQLException {
        acquire();
        try {
            if (physical == null || physical.isClosed()) {
                physical = server.getConnection();
            }
        } catch (SQLException | RuntimeException e) {
            free.release();
            throw e;
        }
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, new Handle(physical));
    }

    private void acquire() throws SQLException {
        try {
            if (!free.tryAcquire(SECONDS_TO_WAIT, TimeUnit.SECONDS)) {
                throw new SQLTransientConnectionException(
                        "The pool's only connection has not come back within " + SECONDS_TO_WAIT + " seconds", "08001");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLTransientConnectionException("Interrupted while waiting for the pool's only connection", e);
        }
    }

    /** What the pool gives out, until it is closed. */
    private final class Handle implements InvocationHandler {

        private final Connection connection;
        private final List<Statement> statements = new ArrayList<>();
        private boolean closed;

        private Handle(Connection connection) {
            this.connection = connection;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            return switch (method.getName()) {
                case "close" -> {
                    giveBack();
                    yield null;
                }
                case "isClosed" -> closed || connection.isClosed();
                case "abort" -> closed ? null : call(method, arguments);
                default -> callWhileOpen(method, arguments);
            };
        }

        private Object callWhileOpen(Method method, Object[] arguments) throws Throwable {
            if (closed && method.getDeclaringClass() != Object.class) {
                throw new SQLException("The connection was given back to the pool", "08003");
            }
            Object result = call(method, arguments);
            if (result instanceof Statement statement) {
                statements.add(statement);
            }
            return result;
        }

        private Object call(Method method, Object[] arguments) throws Throwable {
            try {
                return method.invoke(connection, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        private void giveBack() throws SQLException {
            if (closed) {
                return;
            }
            closed = true;
            try {
                if (!connection.isClosed()) {
                    clean();
                }
            } finally {
                free.release();
            }
        }

        private void clean() throws SQLException {
            for (Statement statement : statements) {
                statement.close();
            }
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            connection.clearWarnings();
        }
    }

    @Override
    public void close() throws SQLException {
        if (physical != null) {
            physical.close();
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("This pool has one user only; call getConnection()");
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("This pool logs nothing");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        return server.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || server.isWrapperFor(type);
    }
}
