package io.tenantdatasource.test;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database whose schema is made once, and copied for each test class in a fraction of the time. {@link TenantDatabase} makes
 * one by itself; this is for those who want to do it by hand.
 *
 * <p>The schema belongs to a user of its own, who is no administrator, as in production: row-level security binds an owner
 * if it is forced, and an administrator never.
 *
 * <pre>{@code
 * static final DatabaseTemplate SCHEMA = DatabaseTemplate.of(
 *         owner -> Flyway.configure().dataSource(owner).load().migrate());
 *
 * @AutoClose
 * static final TestDatabase DATABASE = SCHEMA.copy();
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class DatabaseTemplate implements AutoCloseable {

    /** How a schema is made: by Flyway, Liquibase, SQL, or whatever else takes a data source. */
    @FunctionalInterface
    public interface Schema {

        /**
         * Makes it.
         *
         * @param owner unpooled; connects to an empty database as the user that owns it
         * @throws Exception if it cannot be made; no template is there then
         */
        void create(DataSource owner) throws Exception;
    }

    private final PostgresServer server;
    private final TestDatabase template;
    private final DatabaseUsers who;

    private DatabaseTemplate(PostgresServer server, TestDatabase template, DatabaseUsers who) {
        this.server = server;
        this.template = template;
        this.who = who;
    }

    /**
     * Makes one on the shared server, from which it is dropped when the JVM ends, if not {@link #close() before}.
     *
     * @param schema makes the schema; all connections that it opened have to be closed when it returns
     * @return the template
     * @throws IllegalStateException if the schema cannot be made
     */
    public static DatabaseTemplate of(Schema schema) {
        Objects.requireNonNull(schema, "schema is null");
        DatabaseTemplate template = of(PostgresServer.shared(), DatabaseUsers.DEFAULT_ROLES, schema);
        if (!template.endsWithTheJvm()) {
            Runtime.getRuntime().addShutdownHook(new Thread(template::close, "drops " + template.template.name()));
        }
        return template;
    }

    /** The roles are there before the schema, which may grant them rights. */
    static DatabaseTemplate of(PostgresServer server, Set<String> memberOf, Schema schema) {
        memberOf.forEach(server::createGroupIfMissing);
        TestDatabase template = server.createDatabase();
        try {
            PGSimpleDataSource owner = template.createUser("owner");
            template.execute("alter database " + template.name() + " owner to " + owner.getUser()
                    + "; alter schema public owner to " + owner.getUser());
            schema.create(owner);
            return new DatabaseTemplate(server, template, new DatabaseUsers(Optional.of(owner), memberOf));
        } catch (Exception e) {
            template.close();
            throw new IllegalStateException("The schema of the test databases could not be made: " + e.getMessage(), e);
        }
    }

    /**
     * Copies the database, with its schema and rows.
     *
     * @return the copy; its users are its own, but for the owner and those that the schema has created
     * @throws IllegalStateException if it cannot be copied, as while somebody is connected to the template
     */
    public TestDatabase copy() {
        return new TestDatabase(server, server.createDatabaseLike(template.name()), who);
    }

    boolean endsWithTheJvm() {
        return server.endsWithTheJvm();
    }

    /** Drops the template and its owner. All copies have to be closed before, since the owner owns what is in them. */
    @Override
    public void close() {
        template.close();
    }
}
