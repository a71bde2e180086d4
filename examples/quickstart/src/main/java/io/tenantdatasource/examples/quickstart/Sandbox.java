package io.tenantdatasource.examples.quickstart;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/** What a run creates on a server: a schema, a role, and the user that the application logs in as. */
final class Sandbox implements AutoCloseable {

    private final Server server;
    private final Names names;
    private final String applicationPassword;

    private Sandbox(Server server, String applicationPassword) {
        this.server = server;
        this.names = server.names();
        this.applicationPassword = applicationPassword;
    }

    /** Creates all of it, or nothing. */
    static Sandbox create(Server server) throws SQLException {
        Sandbox sandbox = new Sandbox(server, randomPassword());
        try (Connection connection = server.administrator().getConnection()) {
            connection.setAutoCommit(false);
            Sql.run(connection, "create-sandbox.sql", sandbox.names.asVariables());
            sandbox.setApplicationPassword(connection);
            connection.commit();
        }
        return sandbox;
    }

    /** Not with CREATE ROLE: the driver sends a hash, so the password is in no log of the server. */
    private void setApplicationPassword(Connection connection) throws SQLException {
        connection
                .unwrap(PGConnection.class)
                .alterUserPassword(names.applicationUser(), applicationPassword.toCharArray(), null);
    }

    private static String randomPassword() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    Names names() {
        return names;
    }

    /** Connects as the owner of the schema. */
    PGSimpleDataSource owner() {
        PGSimpleDataSource owner = server.administrator();
        owner.setCurrentSchema(names.schema());
        // The details of a failed COPY are rows, tokens and all.
        owner.setLogServerErrorDetail(false);
        return owner;
    }

    /** Connects as the application. */
    PGSimpleDataSource application() {
        PGSimpleDataSource application = owner();
        application.setUser(names.applicationUser());
        application.setPassword(applicationPassword);
        return application;
    }

    @Override
    public void close() throws QuickstartException {
        if (server.outlivesTheRun()) {
            drop();
        }
    }

    private void drop() throws QuickstartException {
        try {
            Sql.run(server.administrator(), "drop-sandbox.sql", names.asVariables());
        } catch (SQLException e) {
            throw new QuickstartException(
                    "Could not remove the schema " + names.schema() + " and the roles " + names.role() + " and "
                            + names.applicationUser() + ", please drop them: " + Sentence.of(e),
                    e);
        }
    }
}
