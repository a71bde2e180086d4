package io.tenantdatasource.test;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The PostgreSQL that the tests of this JVM run on.
 *
 * <p>By default an embedded one, started at first use and stopped with the JVM. {@code
 * -Dtenant-datasource.test.url=jdbc:postgresql://host/database}, {@code -Dtenant-datasource.test.user} and {@code
 * -Dtenant-datasource.test.password} name another, on which that user may create databases and roles.
 */
public final class PostgresServer {

    private final PGSimpleDataSource administrator;
    private final Closeable process;

    private PostgresServer(PGSimpleDataSource administrator, Closeable process) {
        this.administrator = administrator;
        this.process = process;
    }

    /**
     * Returns the server, starting it if need be.
     *
     * @return the one server of this JVM
     */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /** Starts the server once, however many threads ask for it first. */
    private static final class Shared {
        private static final PostgresServer SERVER = System.getProperty("tenant-datasource.test.url") == null
                ? embedded()
                : ownServer(System.getProperty("tenant-datasource.test.url"));
    }

    private static PostgresServer ownServer(String url) {
        PGSimpleDataSource administrator = new PGSimpleDataSource();
        administrator.setURL(url);
        administrator.setUser(System.getProperty("tenant-datasource.test.user"));
        administrator.setPassword(System.getProperty("tenant-datasource.test.password"));
        return new PostgresServer(administrator, () -> {});
    }

    /** Zonky's own hook stops the process with the JVM. */
    private static PostgresServer embedded() {
        try {
            EmbeddedPostgres process = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(binaries())
                    .setServerConfig("max_prepared_transactions", "10") // off by default, and XA needs them
                    .start();
            PGSimpleDataSource administrator = new PGSimpleDataSource();
            administrator.setURL(process.getJdbcUrl("postgres", "postgres"));
            administrator.setUser("postgres");
            return new PostgresServer(administrator, process);
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded PostgreSQL did not start", e);
        }
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

    /** One directory a user: nobody stumbles over, or can write to, what another one has unpacked. */
    private static File binaries() {
        return new File(
                System.getProperty("java.io.tmpdir"), "tenant-datasource-test-" + System.getProperty("user.name"));
    }

    /**
     * Creates an empty database with a name of its own.
     *
     * @return the database; closing it drops it
     */
    public TestDatabase createDatabase() {
        return copyDatabase("template1");
    }

    TestDatabase copyDatabase(String template) {
        String name = "test_" + UUID.randomUUID().toString().replace("-", "");
        execute("create database " + name + " template " + template);
        return new TestDatabase(this, name);
    }

    void dropDatabase(String name) {
        execute("drop database if exists " + name + " with (force)");
    }

    void dropRole(String role) {
        execute("drop role " + role);
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
            throw new IllegalStateException("On the test server, failed: " + sql, e);
        }
    }
}
