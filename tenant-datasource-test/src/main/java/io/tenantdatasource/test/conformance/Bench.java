package io.tenantdatasource.test.conformance;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.wire.RoundTripRecorder;
import io.tenantdatasource.test.wire.Wire;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Where one promise is tried: a wrapper over a pool of one connection, over a wire, and tables that nobody else uses. */
final class Bench implements AutoCloseable {

    static final String BACKEND = "select pg_backend_pid()";

    /** Which no pool takes for a sign that the connection is broken. */
    private static final String SQL_STATE_OF_NO_POOL = "XX999";

    private final PGSimpleDataSource administrator;
    private final String user;
    private final String role;
    private final String setting;
    private final Wire wire;
    private final RoundTripRecorder recorder;
    private final DataSource pool;
    private final DataSource wrapped;

    /** What somebody does with a connection. */
    @FunctionalInterface
    interface Work {
        void with(Connection connection) throws SQLException;
    }

    /** What is done with a connection, once in autocommit and once in a transaction. */
    @FunctionalInterface
    interface WorkInEachMode {
        void with(Connection connection, String mode) throws SQLException;
    }

    private Bench(TestDatabase database, Conformance.Settings settings) {
        this.administrator = database.administrator();
        this.role = database.createUser("role").getUser();
        PGSimpleDataSource server = database.createUser("conformance");
        this.user = server.getUser();
        this.setting = settings.organizationSetting();
        this.wire = Wire.before(server);
        this.recorder = RoundTripRecorder.before(server);
        this.pool = settings.pool().apply(server);
        this.wrapped = settings.wrapper().apply(pool);
    }

    static Bench open(TestDatabase database, Conformance.Settings settings) throws SQLException {
        Bench bench = new Bench(database, settings);
        bench.makeTables();
        return bench;
    }

    private void makeTables() throws SQLException {
        Sql.execute(
                administrator,
                Sql.script("fixture.sql")
                        .replace("{user}", user)
                        .replace("{role}", role)
                        .replace("{database}", administrator.getDatabaseName())
                        .replace("{setting}", Sql.literal(setting))
                        .replace("{acme}", Sql.literal(ACME.organizationId()))
                        .replace("{globex}", Sql.literal(GLOBEX.organizationId())));
    }

    /** Asks the server for whom the very statement runs that asks. */
    String whom() {
        return "select " + setting();
    }

    /** The same as a part of a statement. */
    String setting() {
        return "current_setting(" + Sql.literal(setting) + ", true)";
    }

    String nameOfTheSetting() {
        return setting;
    }

    String user() {
        return user;
    }

    String role() {
        return role;
    }

    /** As somebody whom no policy binds and no wrapper knows. {@code {user}} is the schema of the tables. */
    String asAdministrator(String sql) throws SQLException {
        return Sql.query(administrator, sql.replace("{user}", user));
    }

    /** Works for a tenant, on a connection that is checked out for it and given back. */
    void as(Tenant tenant, Work work) throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(tenant);
                Connection connection = wrapped.getConnection()) {
            work.with(connection);
        }
    }

    /** Works for nobody. */
    void asNobody(Work work) throws SQLException {
        try (TenantContext.Scope scope = TenantContext.openWithoutTenant();
                Connection connection = wrapped.getConnection()) {
            work.with(connection);
        }
    }

    /** Works for acme twice, on a checkout of its own each. */
    void asAcmeInEachMode(WorkInEachMode work) throws SQLException {
        as(ACME, connection -> {
            connection.setAutoCommit(true);
            work.with(connection, "in autocommit");
        });
        as(ACME, connection -> {
            connection.setAutoCommit(false);
            work.with(connection, "in a transaction");
            connection.commit();
        });
    }

    /** Fails unless something ran for a tenant. */
    void assertRanFor(Tenant tenant, String seen, String what) {
        if (!tenant.organizationId().equals(seen)) {
            Verdict verdict = isNobody(seen) ? Verdict.RAN_FOR_NOBODY : Verdict.RAN_FOR_ANOTHER;
            throw new BrokenPromise(
                    verdict, what + " ran for " + nameOf(seen) + ", but was to run for " + nameOf(tenant));
        }
    }

    /** Fails unless something ran for no tenant. */
    void assertRanForNobody(String seen, String what) {
        if (!isNobody(seen)) {
            throw new BrokenPromise(
                    Verdict.RAN_FOR_ANOTHER, what + " ran for " + nameOf(seen) + ", but was to run for nobody");
        }
    }

    /** Fails if what was found in a checkout is not what was to be there. */
    void assertFound(String expected, String found, Verdict otherwise, String what) {
        if (!Objects.equals(expected, found)) {
            throw new BrokenPromise(otherwise, what + " was " + found + ", but was to be " + expected);
        }
    }

    /** Fails unless the pool's connection, as whoever borrows it past the wrapper finds it, carries no tenant. */
    void assertClean(String when) throws SQLException {
        try (Connection next = pool.getConnection()) {
            assertCarriesNobody(Sql.query(next, whom()), when);
            next.setAutoCommit(true);
            Sql.execute(next, "rollback"); // of what SQL text has begun, which undoes a reset within it
            assertCarriesNobody(Sql.query(next, whom()), when);
        }
    }

    private void assertCarriesNobody(String seen, String when) {
        if (!isNobody(seen)) {
            throw new BrokenPromise(
                    Verdict.LEFT_BEHIND,
                    "The connection that went back to the pool " + when + " carried " + nameOf(seen)
                            + ", but was to carry no tenant, or to be destroyed");
        }
    }

    static boolean isNobody(String organization) {
        return organization == null || organization.isEmpty();
    }

    static String nameOf(Tenant tenant) {
        return nameOf(tenant.organizationId());
    }

    static String nameOf(String organization) {
        if (isNobody(organization)) {
            return "nobody";
        }
        if (organization.equals(ACME.organizationId())) {
            return "acme";
        }
        return organization.equals(GLOBEX.organizationId()) ? "globex" : '"' + organization + '"';
    }

    /** The server process of the pool's connection, which is another one if that was replaced. */
    String backend() throws SQLException {
        return Sql.query(pool, BACKEND);
    }

    /** Lets the next statement that is sent fail, on a connection that lives on. */
    Fault failNextStatement() {
        Fault fault = new Fault();
        wire.failAt(fault::strikes, SQL_STATE_OF_NO_POOL);
        return fault;
    }

    /** Cuts the wire when the next statement is sent. */
    Fault cutAtNextStatement() {
        Fault fault = new Fault();
        wire.cutAt(fault::strikes);
        return fault;
    }

    /** Takes back the faults that have not happened. */
    void heal() {
        wire.heal();
    }

    long roundTrips() {
        return recorder.roundTrips();
    }

    /** Something that happens to the next statement, and which one that was. */
    static final class Fault {

        private volatile Optional<String> struck = Optional.empty();

        /** A pool looks with an empty text whether a connection lives, which is not what is tried. */
        private boolean strikes(String sql) {
            if (sql.isBlank()) {
                return false;
            }
            struck = Optional.of(sql);
            return true;
        }

        boolean happened() {
            return struck.isPresent();
        }

        boolean happenedTo(String sql) {
            return struck.filter(sql::equals).isPresent();
        }
    }

    @Override
    public void close() throws Exception {
        close(wrapped);
        close(pool);
        recorder.close();
        wire.close();
        Sql.execute(administrator, "set lock_timeout = '10s'; drop schema if exists " + user + " cascade");
    }

    private static void close(DataSource dataSource) throws Exception {
        if (dataSource instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }
}
