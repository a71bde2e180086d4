package io.tenantdatasource.test;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.postgresql.ds.PGSimpleDataSource;

/** A database for one test class. Closing it drops it, and the users that it created. */
public final class TestDatabase implements AutoCloseable {

    private final PostgresServer server;
    private final String name;
    private final List<String> users = new CopyOnWriteArrayList<>();

    TestDatabase(PostgresServer server, String name) {
        this.server = server;
        this.name = name;
    }

    /**
     * Creates an empty database on the shared server.
     *
     * @return the database
     */
    public static TestDatabase create() {
        return PostgresServer.shared().createDatabase();
    }

    String name() {
        return name;
    }

    /**
     * Connects as the administrator of the server, who owns the database and no policy binds.
     *
     * @return an unpooled data source, to be changed at will
     */
    public PGSimpleDataSource administrator() {
        return server.dataSource(name);
    }

    /**
     * Creates a user that may log in and nothing else.
     *
     * @param purpose the start of the user's name, which is another one at each call
     * @return an unpooled data source that connects as that user, to be changed at will
     */
    public PGSimpleDataSource createUser(String purpose) {
        String user = purpose + users.size() + "_" + name;
        execute("create role " + user + " login password '" + name + "'");
        users.add(user);
        PGSimpleDataSource dataSource = administrator();
        dataSource.setUser(user);
        dataSource.setPassword(name);
        return dataSource;
    }

    /**
     * Returns the users that were created for it.
     *
     * @return their names, in the order in which they were created
     */
    public List<String> users() {
        return List.copyOf(users);
    }

    /**
     * Runs SQL as the administrator.
     *
     * @param sql one statement or several
     */
    public void execute(String sql) {
        try (Connection connection = administrator().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("As the administrator, failed: " + sql, e);
        }
    }

    @Override
    public void close() {
        server.dropDatabase(name);
        users.forEach(server::dropRole);
    }
}
