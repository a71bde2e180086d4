package io.tenantdatasource.test;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL that the tests of this JVM run on.
 *
 * <p>By default an embedded one, started at first use and stopped with the JVM. System properties name others:
 *
 * <ul>
 *   <li>{@code -Dtenant-datasource.test.url=jdbc:postgresql://host/database}, {@code -Dtenant-datasource.test.user} and
 *       {@code -Dtenant-datasource.test.password} one of your own, on which that user is a superuser;
 *   <li>{@code -Dtenant-datasource.test.server=container} one in a container, by Testcontainers' {@code
 *       org.testcontainers:testcontainers-postgresql}, which you add; {@code -Dtenant-datasource.test.image} another image
 *       than {@code postgres:{major}}. Built without Docker at hand: what is asked of Testcontainers is tested, and what is
 *       said where Docker or Testcontainers is missing, but never has a container been started by a test of this library.
 * </ul>
 *
 * <p>A server that does not start is not tried again in this JVM; each one who asks for it is told the same reason.
 *
 * <p>Safe for use by several threads.
 */
public final class PostgresServer {

    /** SQLStates of a role that is there already, and of one that another session is just creating. */
    private static final Set<String> DUPLICATE = Set.of("42710", "23505");

    private final PGSimpleDataSource administrator;
    private final boolean endsWithTheJvm;
    private final Closeable process;

    private PostgresServer(PGSimpleDataSource administrator, boolean endsWithTheJvm, Closeable process) {
        this.administrator = administrator;
        this.endsWithTheJvm = endsWithTheJvm;
        this.process = process;
    }

    static PostgresServer thatEndsWithTheJvm(PGSimpleDataSource administrator, Closeable process) {
        return new PostgresServer(administrator, true, process);
    }

    static PostgresServer thatOutlivesTheJvm(PGSimpleDataSource administrator) {
        return new PostgresServer(administrator, false, () -> {});
    }

    /**
     * Returns the server of whatever major version is there, starting it if need be.
     *
     * @return one and the same in this JVM
     * @throws IllegalStateException if it cannot be reached or started; the message says why
     */
    public static PostgresServer shared() {
        return shared(SharedServers.ANY_MAJOR);
    }

    /**
     * Returns the server of a major version, starting it if need be.
     *
     * <p>An embedded one is that of the class path, if that is of this version, else one whose binaries {@code
     * -Dtenant-datasource.test.binaries.17=…} names (the jar of {@code io.zonky.test.postgres}, a directory with such jars, or
     * the {@code .txz} that is in one), else the newest one of this version that the local Maven repository has beside the
     * jar of the class path.
     *
     * @param major 15 to 18, or 0 for whatever is there
     * @return one and the same in this JVM for each version
     * @throws IllegalArgumentException if that version is not supported
     * @throws IllegalStateException if the server is of another version, or cannot be reached or started; the message says
     *     why
     */
    public static PostgresServer shared(int major) {
        return SharedServers.ofThisJvm().of(major);
    }

    PostgresServer requireMajor(int major, String otherwise) {
        if (major() != major) {
            throw new IllegalStateException(
                    "PostgreSQL " + major + " is asked for, and the server runs " + major() + ": " + otherwise);
        }
        return this;
    }

    int major() {
        return Integer.parseInt(query("select current_setting('server_version_num')::int / 10000"));
    }

    boolean endsWithTheJvm() {
        return endsWithTheJvm;
    }

    /**
     * Stops an embedded server. Tests need not: it stops with the JVM. But where class loaders are closed before the
     * JVM's shutdown hooks run, as by Maven's {@code exec:java}, the hook that stops it fails.
     */
    public void stop() {
        try {
            process.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded PostgreSQL did not stop", e);
        }
    }

    /**
     * Creates an empty database with a name of its own.
     *
     * @return the database; closing it drops it
     */
    public TestDatabase createDatabase() {
        return new TestDatabase(this, createDatabaseLike("template1"), DatabaseUsers.ofEmptyDatabase());
    }

    String createDatabaseLike(String template) {
        String name = "test_" + UUID.randomUUID().toString().replace("-", "");
        execute("create database " + name + " template " + template);
        return name;
    }

    void dropDatabase(String name) {
        execute("drop database if exists " + name + " with (force)");
    }

    void dropRole(String role) {
        execute("drop role if exists " + role);
    }

    /** Whoever else does the same at the same time may have been faster. */
    void createGroupIfMissing(String role) {
        try (Connection connection = administrator.getConnection();
                Statement statement = connection.createStatement()) {
            if (!exists(connection, role)) {
                statement.execute("create role " + quoted(role) + " nologin");
            }
        } catch (SQLException e) {
            if (!DUPLICATE.contains(String.valueOf(e.getSQLState()))) {
                throw new IllegalStateException("The role " + role + " could not be created: " + e.getMessage(), e);
            }
        }
    }

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    private static boolean exists(Connection connection, String role) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select from pg_roles where rolname = ?")) {
            statement.setString(1, role);
            try (ResultSet result = statement.executeQuery()) {
                return result.next();
            }
        }
    }

    PGSimpleDataSource dataSource(String database) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(administrator.getURL());
        dataSource.setUser(administrator.getUser());
        dataSource.setPassword(administrator.getPassword());
        dataSource.setDatabaseName(database);
        return dataSource;
    }

    private void execute(String sql) {
        try (Connection connection = administrator.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("On the test server, failed: " + sql + ": " + e.getMessage(), e);
        }
    }

    private String query(String sql) {
        try (Connection connection = administrator.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException("On the test server, failed: " + sql + ": " + e.getMessage(), e);
        }
    }
}
