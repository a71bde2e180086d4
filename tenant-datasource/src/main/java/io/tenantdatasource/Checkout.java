package io.tenantdatasource;

import io.tenantdatasource.internal.jdbc.ConnectionGuard;
import io.tenantdatasource.internal.jdbc.GuardedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection, from the moment it is borrowed until it goes back or is destroyed. */
final class Checkout implements ConnectionGuard {

    private static final Logger LOG = LoggerFactory.getLogger(TenantDataSource.class);

    private final Configuration configuration;
    private final Optional<Tenant> tenant;

    Checkout(Configuration configuration, Optional<Tenant> tenant) {
        this.configuration = configuration;
        this.tenant = tenant;
    }

    /** Borrows a connection and binds it, or destroys it and throws. */
    Connection open(ConnectionSource source) throws SQLException {
        List<String> values = configuration.settings().valuesFor(tenant);
        Connection physical = source.borrow();
        try {
            Connection guarded = GuardedConnection.of(physical, this);
            bind(physical, values);
            return guarded;
        } catch (SQLException failure) {
            destroy(physical, failure);
            throw explained(
                    "Could not bind a connection to " + tenantName() + ": it was destroyed, none was handed out",
                    failure);
        } catch (Throwable failure) {
            destroy(physical, failure);
            throw failure;
        }
    }

    private void bind(Connection physical, List<String> values) throws SQLException {
        long start = System.nanoTime();
        configuration.settings().write(physical, values);
        LOG.debug("Bound a connection to {}", tenantName());
        configuration.listener().bound(tenant, since(start));
    }

    @Override
    public void beforeStatement() throws SQLException {
        if (configuration.tenantSwitch() == TenantSwitch.KEEP) {
            return;
        }
        Optional<Tenant> current = configuration.currentTenant();
        if (current.isPresent() && !current.equals(tenant)) {
            configuration.listener().switchRefused(tenant, current.get());
            throw new TenantSwitchException(tenant, current.get());
        }
    }

    @Override
    public void reset(Connection physical) throws SQLException {
        long start = System.nanoTime();
        boolean closedElsewhere = false;
        try {
            closedElsewhere = physical.isClosed();
            if (closedElsewhere) {
                throw closedElsewhere();
            }
            configuration.settings().write(physical, configuration.settings().cleared());
        } catch (SQLException failure) {
            destroy(physical, failure);
            throw closedElsewhere
                    ? failure
                    : explained(
                            "Could not reset the connection of " + tenantName() + ": it was destroyed, not returned",
                            failure);
        } catch (Throwable failure) {
            destroy(physical, failure);
            throw failure;
        }
        configuration.listener().reset(tenant, since(start));
    }

    /** A pool takes back its own connection as it is, tenant and all, if somebody unwraps and closes that one. */
    private SQLException closedElsewhere() {
        return new SQLException(
                "The connection of " + tenantName() + " was not reset, as it was closed already: by its server, or past"
                        + " the TenantDataSource, in which case the pool may have it with its tenant. Close the"
                        + " connection that was checked out, not what unwrap gave",
                "08003");
    }

    @Override
    public void discard(Connection physical) {
        Destruction.destroy(physical);
    }

    private void destroy(Connection physical, Throwable cause) {
        Destruction.destroy(physical);
        LOG.warn("Destroyed a connection of {}: {}", tenantName(), cause.toString());
        configuration.listener().destroyed(tenant, cause);
    }

    private String tenantName() {
        return tenant.map(t -> "organization " + t.organizationId()).orElse("no tenant");
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static SQLException explained(String what, SQLException cause) {
        return new SQLException(what + ". " + cause.getMessage(), cause.getSQLState(), cause.getErrorCode(), cause);
    }
}
