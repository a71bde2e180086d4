package io.tenantdatasource.test;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Tells of each connection that it opens. They are the driver's own, so that there is nothing to unwrap. */
final class ObservedDataSource implements DataSource {

    private final PGSimpleDataSource server;
    private final OpenConnections connections;

    ObservedDataSource(PGSimpleDataSource server, OpenConnections connections) {
        this.server = server;
        this.connections = connections;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return observed(server.getConnection());
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return observed(server.getConnection(user, password));
    }

    private Connection observed(Connection connection) {
        connections.add(connection);
        return connection;
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : server.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || server.isWrapperFor(type);
    }

    @Override
    public PrintWriter getLogWriter() {
        return server.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        server.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) {
        server.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() {
        return server.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return server.getParentLogger();
    }

    @Override
    public String toString() {
        return "connections of " + server.getUser() + " to " + server.getDatabaseName();
    }
}
