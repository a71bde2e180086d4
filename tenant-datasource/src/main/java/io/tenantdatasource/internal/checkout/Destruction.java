package io.tenantdatasource.internal.checkout;

import java.sql.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a connection whose tenant is not known to be gone.
 *
 * <p>A pool keeps a connection until it sees it broken: HikariCP, for one, takes it back after any error whose SQLState
 * is not on its list. So the connection is broken first, with {@code abort}, and closed after that.
 */
final class Destruction {

    private static final Logger LOG = LoggerFactory.getLogger("io.tenantdatasource.TenantDataSource");

    private Destruction() {}

    /**
     * Destroys a connection.
     *
     * @return whether it is destroyed; if not, it may still carry a tenant and must not go back to the pool
     */
    static boolean destroy(Connection physical) {
        try {
            physical.abort(Runnable::run);
        } catch (Throwable e) {
            LOG.error(
                    "A connection that may still carry a tenant could not be aborted. Until it is, it is kept out of the pool,"
                            + " which is one connection smaller meanwhile; if this goes on, use a driver and a pool that"
                            + " support Connection.abort(Executor)",
                    e);
            return false;
        }
        letThePoolForget(physical);
        return true;
    }

    private static void letThePoolForget(Connection physical) {
        try {
            physical.close();
        } catch (Throwable e) {
            LOG.debug("As expected, closing an aborted connection failed", e);
        }
    }
}
