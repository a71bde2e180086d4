package io.tenantdatasource.it;

import io.tenantdatasource.TenantBinding;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What the promises are kept over: a pool, a binding, and how the driver sends statements.
 *
 * @param driverMode a property of pgjdbc, as {@code name=value}; empty for the driver's defaults
 */
record Setup(Pool pool, TenantBinding binding, String driverMode) {

    private static final String DEFAULTS = "";

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
        return Arrays.stream(Pool.values())
                .flatMap(pool ->
                        Arrays.stream(TenantBinding.values()).map(binding -> new Setup(pool, binding, DEFAULTS)));
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
        if (!driverMode.equals(DEFAULTS)) {
            String[] property = driverMode.split("=", 2);
            try {
                server.setProperty(property[0], property[1]);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
        return pool.over(server);
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
        return driverMode.equals(DEFAULTS) ? pool + ", " + binding : pool + ", " + binding + ", " + driverMode;
    }
}
