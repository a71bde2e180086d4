package io.tenantdatasource.test;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database for one test class. Closing it drops it, and the users that it created.
 *
 * <p>{@link TenantDatabase} takes care of all that; by hand it is
 *
 * <pre>{@code
 * @AutoClose
 * static final TestDatabase DATABASE = SCHEMA.copy();                      // of a DatabaseTemplate
 *
 * static final DataSource BOUND = TenantDataSource.wrap(DATABASE.application());
 *
 * @BeforeAll
 * static void rowsOfAllTests() {
 *     …                                                                    // as DATABASE.owner()
 *     DATABASE.keep();
 * }
 *
 * @AfterEach
 * void rowsOfOneTest() {
 *     DATABASE.reset();
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class TestDatabase implements AutoCloseable {

    private final PostgresServer server;
    private final String name;
    private final DatabaseUsers who;
    private final List<String> users = new CopyOnWriteArrayList<>();
    private final Rows rows;
    private final Once<PGSimpleDataSource> application = new Once<>(this::createApplication);
    private volatile Optional<Baseline> kept = Optional.empty();

    TestDatabase(PostgresServer server, String name, DatabaseUsers who) {
        this.server = server;
        this.name = name;
        this.who = who;
        this.rows = new Rows(administrator());
    }

    /**
     * Creates an empty database on the shared server.
     *
     * @return the database
     */
    public static TestDatabase create() {
        return PostgresServer.shared().createDatabase();
    }

    boolean endsWithTheJvm() {
        return server.endsWithTheJvm();
    }

    String name() {
        return name;
    }

    Rows rows() {
        return rows;
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
     * Connects as the user that owns the schema, as the {@link DatabaseTemplate} made it.
     *
     * @return an unpooled data source, to be changed at will
     * @throws IllegalStateException if this database was created empty, and so belongs to the administrator
     */
    public PGSimpleDataSource owner() {
        return as(who.owner()
                .orElseThrow(() -> new IllegalStateException("This database was created empty, so that nobody but its"
                        + " administrator() owns anything; make a DatabaseTemplate, and copy that")));
    }

    /**
     * Connects as the application's user, who is created at the first call: logs in, owns nothing, is a member of {@code
     * authenticated}, or of the roles that {@link TenantDatabase#memberOf()} names, and has their rights and no others.
     *
     * @return an unpooled data source, to be changed at will
     */
    public PGSimpleDataSource application() {
        return as(application.get());
    }

    private PGSimpleDataSource createApplication() {
        PGSimpleDataSource dataSource = createUser("application");
        who.memberOf().forEach(role -> join(dataSource.getUser(), role));
        return dataSource;
    }

    private void join(String user, String role) {
        server.createGroupIfMissing(role);
        execute("grant " + PostgresServer.quoted(role) + " to " + user);
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

    private PGSimpleDataSource as(PGSimpleDataSource user) {
        PGSimpleDataSource dataSource = administrator();
        dataSource.setUser(user.getUser());
        dataSource.setPassword(user.getPassword());
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

    /**
     * Remembers all rows as they are, for {@link #reset()}. They are held in memory.
     *
     * @throws IllegalStateException if they cannot be read
     */
    public void keep() {
        kept = Optional.of(rows.baseline(kept));
    }

    /**
     * Sets all rows back to what they were when {@link #keep()} was called last: those of tables and partitions in all
     * schemas, what sequences count, and what materialized views show. Takes milliseconds where little has changed.
     *
     * <p>Tables that have been created since are emptied. Large objects, tables that belong to extensions, and the schema
     * itself are left as they are.
     *
     * @throws IllegalStateException if nothing was kept; if a table that was kept is gone; or if a transaction that was left
     *     open stood in the way, which is ended then, the rows set back all the same, and the message says whose it was
     */
    public void reset() {
        rows.reset(kept.orElseThrow(() ->
                new IllegalStateException("No rows were kept to set back to: call keep() before the first test")));
    }

    @Override
    public void close() {
        rows.close();
        server.dropDatabase(name);
        users.forEach(server::dropRole);
    }
}
