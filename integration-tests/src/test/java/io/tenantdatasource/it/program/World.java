package io.tenantdatasource.it.program;

import io.tenantdatasource.it.Sql;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;

/** The database that programs work on, as {@code world.sql} has it. */
final class World implements AutoCloseable {

    /** What the wrapper assumes where it assumes a role: one that every server has. */
    static final String ASSUMED_ROLE = "pg_checkpoint";

    private static final String REFILL = """
            truncate doc, note, later restart identity;
            alter sequence runs restart;
            insert into doc (org) select '%s' from generate_series(1, 3);
            insert into doc (org) select '%s' from generate_series(1, 4);
            """.formatted(Worker.ACME.organizationId(), Worker.GLOBEX.organizationId());

    private final TestDatabase database = TestDatabase.create();
    private final PGSimpleDataSource user = database.createUser("app");
    private final Connection administrator;

    static World create() {
        try {
            return new World();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private World() throws SQLException {
        database.execute(resource("world.sql"));
        database.execute("grant pg_monitor, " + ASSUMED_ROLE + " to " + user.getUser() + ";"
                + " grant all on all tables in schema public to public;"
                + " grant all on all sequences in schema public to public");
        administrator = database.administrator().getConnection();
    }

    private static String resource(String name) {
        try (InputStream sql = World.class.getResourceAsStream(name)) {
            return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts back the rows that each run begins with. */
    void refill() throws SQLException {
        Sql.execute(administrator, REFILL);
    }

    /** A data source of its own name for the application's user, who owns nothing. */
    PGSimpleDataSource user() {
        PGSimpleDataSource own = new PGSimpleDataSource();
        own.setURL(user.getURL());
        own.setUser(user.getUser());
        own.setPassword(user.getPassword());
        own.setApplicationName(UUID.randomUUID().toString());
        return own;
    }

    /** What the server says of the sessions of a data source: the state of the newest one. */
    String stateOf(PGSimpleDataSource server) throws SQLException {
        return ask("select coalesce((select state from pg_stat_activity where application_name = '"
                + server.getApplicationName() + "' order by backend_start desc limit 1), 'none')");
    }

    /** Returns when they have ended. */
    void terminate(PGSimpleDataSource server) throws SQLException {
        ask("select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity where application_name = '"
                + server.getApplicationName() + "'");
    }

    /** The rows that are there. */
    String left() throws SQLException {
        return ask("select concat((select string_agg(note::text, ' ' order by id) from note), ' ',"
                + " (select string_agg(doc::text, ' ' order by id) from doc))");
    }

    /** How often a function that fails by itself has been run, of which no rollback takes anything back. */
    long runs() throws SQLException {
        return Long.parseLong(ask("select last_value - 1 + is_called::int from runs"));
    }

    String ask(String sql) throws SQLException {
        return Sql.query(administrator, sql);
    }

    @Override
    public void close() throws SQLException {
        administrator.close();
        database.close();
    }
}
