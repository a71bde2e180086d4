package io.tenantdatasource.it;

import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.it.pooler.PgBouncer;
import io.tenantdatasource.test.wire.RoundTripRecorder;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What the promises are kept over: a pool, a binding, how the driver sends statements, and what is between it and the
 * server.
 *
 * @param driverMode a property of pgjdbc, as {@code name=value}; empty for the driver's defaults
 */
record Setup(Pool pool, TenantBinding binding, String driverMode, Way way) {

    /** From the driver to the server. */
    enum Way {
        DIRECT,
        THROUGH_PGBOUNCER
    }

    private static final String DEFAULTS = "";

    /** PgBouncer lends a server session to each transaction, and does not know prepared statements before 1.21. */
    private static final Setup POOLED =
            new Setup(Pool.HIKARI, TenantBinding.TRANSACTION, "prepareThreshold=0", Way.THROUGH_PGBOUNCER);

    Setup(Pool pool, TenantBinding binding, String driverMode) {
        this(pool, binding, driverMode, Way.DIRECT);
    }

    static Stream<Setup> all() {
        return Stream.concat(poolsAndBindings(), driverModes());
    }

    /**
     * For a comparison with the driver: each pool and driver mode once, and binding at checkout over one pool. Not the
     * driver's conservative savepoints, under which it runs a failed statement again, but none of several.
     */
    static Stream<Setup> likeTheDriver() {
        return all().filter(setup -> setup.binding == TenantBinding.TRANSACTION || setup.pool == Pool.HIKARI)
                .filter(setup -> !setup.driverMode.equals("autosave=conservative"));
    }

    /** For what has nothing to do with how the driver sends a statement. */
    static Stream<Setup> poolsAndBindings() {
        return Stream.concat(
                Arrays.stream(Pool.values())
                        .flatMap(pool -> Arrays.stream(TenantBinding.values())
                                .map(binding -> new Setup(pool, binding, DEFAULTS))),
                PgBouncer.isInstalled() ? Stream.of(POOLED) : Stream.empty());
    }

    /** For what has nothing to do with the pool either. */
    static Stream<Setup> bindings() {
        return poolsAndBindings().filter(setup -> setup.pool == Pool.HIKARI);
    }

    /** Where each physical connection outlives its checkout. */
    static Stream<Setup> keepingConnections() {
        return all().filter(setup -> setup.pool.keepsConnections());
    }

    private static Stream<Setup> driverModes() {
        return Stream.concat(
                Stream.of(
                                "preferQueryMode=simple",
                                "preferQueryMode=extendedForPrepared",
                                "preferQueryMode=extendedCacheEverything",
                                "prepareThreshold=1",
                                "prepareThreshold=0",
                                "prepareThreshold=-1", // binary from the first execution on
                                "autosave=always",
                                "autosave=conservative",
                                "reWriteBatchedInserts=true",
                                "binaryTransfer=false",
                                "stringtype=unspecified")
                        .map(mode -> new Setup(Pool.HIKARI, TenantBinding.TRANSACTION, mode)),
                Stream.of(new Setup(Pool.HIKARI_WITHOUT_AUTOCOMMIT, TenantBinding.TRANSACTION, "autosave=always")));
    }

    /** Opens the pool, over the driver in its mode. */
    DataSource over(PGSimpleDataSource server) {
        configure(server);
        return pool.over(server);
    }

    /** Puts the driver in its mode, and counts the round trips that the driver makes, whatever is between it and the server. */
    RoundTripRecorder recorderBefore(PGSimpleDataSource server) {
        configure(server);
        return RoundTripRecorder.before(server);
    }

    /** Puts the driver in its mode, and a pooler before the server if there is one. */
    void configure(PGSimpleDataSource server) {
        if (!driverMode.equals(DEFAULTS)) {
            String[] property = driverMode.split("=", 2);
            try {
                server.setProperty(property[0], property[1]);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
        if (behindPooler()) {
            PgBouncer.shared().before(server);
        }
    }

    /** Whether each transaction has another session of the server. */
    boolean behindPooler() {
        return way == Way.THROUGH_PGBOUNCER;
    }

    /** Whether the next checkout is in the same session of the server. */
    boolean keepsSessions() {
        return pool.keepsConnections() && !behindPooler();
    }

    /** Behind a pooler a connection has a session of its own in a transaction alone, and only there gives out the driver's. */
    void holdSession(Connection connection) throws SQLException {
        if (behindPooler()) {
            connection.setAutoCommit(false);
            Sql.query(connection, "select 1");
        }
    }

    boolean bindsAtCheckout() {
        return binding == TenantBinding.CHECKOUT;
    }

    /** Whether {@link TenantBinding#TRANSACTION} sends the tenant along with a plain statement. */
    boolean plainStatementsCarry() {
        return preparedStatementsCarry() && !driverMode.equals("preferQueryMode=extendedForPrepared");
    }

    boolean preparedStatementsCarry() {
        return !driverMode.equals("preferQueryMode=simple") && !driverMode.equals("prepareThreshold=-1");
    }

    boolean driverSetsSavepoints() {
        return driverMode.startsWith("autosave=");
    }

    /** Whether the driver rolls back to a savepoint of its own when a statement fails in a transaction. */
    boolean survivesFailedStatements() {
        return driverMode.equals("autosave=always");
    }

    /** In which pgjdbc has neither out parameters nor limits of rows. */
    boolean simpleProtocol() {
        return driverMode.equals("preferQueryMode=simple");
    }

    @Override
    public String toString() {
        String mode = driverMode.equals(DEFAULTS) ? "" : ", " + driverMode;
        return pool + ", " + binding + mode + (behindPooler() ? ", PgBouncer" : "");
    }
}
