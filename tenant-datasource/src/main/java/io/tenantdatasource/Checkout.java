package io.tenantdatasource;

import io.tenantdatasource.internal.jdbc.Carrier;
import io.tenantdatasource.internal.jdbc.ConnectionGuard;
import io.tenantdatasource.internal.jdbc.GuardedConnection;
import io.tenantdatasource.internal.pgjdbc.TransactionCarrier;
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

    /** Empty if the connection was bound at checkout. */
    private Optional<TransactionCarrier> carrier = Optional.empty();

    /** What the server called the session in which the connection was bound; empty if it was not told at checkout. */
    private Optional<String> session = Optional.empty();

    private boolean destroyed;

    Checkout(Configuration configuration, Optional<Tenant> tenant) {
        this.configuration = configuration;
        this.tenant = tenant;
    }

    /** Borrows a connection and binds it, or destroys it and throws. */
    Connection open(ConnectionSource source) throws SQLException {
        List<String> values = configuration.settings().valuesFor(tenant);
        Connection physical = source.borrow();
        try {
            long start = System.nanoTime();
            carrier = configuration.binding().carrier(physical, values, cause -> destroyedUnbound(physical, cause));
            if (carrier.isPresent()) {
                rollBackOpenTransaction(physical);
            } else {
                bind(physical, values);
            }
            LOG.debug("Bound a connection to {}", tenantName());
            configuration.listener().bound(tenant, since(start));
            return GuardedConnection.of(
                    physical, this, carrier.map(Carrier.class::cast).orElse(Carrier.NOTHING));
        } catch (SQLException failure) {
            throw destroyedUnbound(physical, failure);
        } catch (Throwable failure) {
            destroy(physical, failure);
            throw failure;
        }
    }

    private void bind(Connection physical, List<String> values) throws SQLException {
        Optional<String> bound = configuration.settings().write(physical, values);
        if (bound.isPresent()) {
            configuration.sessions().enter(bound.get(), physical);
            session = bound;
        }
    }

    private SQLException destroyedUnbound(Connection physical, SQLException cause) {
        destroy(physical, cause);
        return explained(
                "Could not bind a connection to " + tenantName()
                        + ": it was destroyed, and the statement, if there was one," + " was not run",
                cause);
    }

    /** A pool may hand out a connection with a transaction open, in which a setting would be lost. */
    private void rollBackOpenTransaction(Connection physical) throws SQLException {
        if (carrier.orElseThrow().isInTransaction()) {
            boolean autoCommit = physical.getAutoCommit();
            SessionSettings.rollBackOpenTransaction(physical);
            physical.setAutoCommit(autoCommit);
        }
    }

    @Override
    public void beforeStatement() throws SQLException {
        if (configuration.tenantSwitch() == TenantSwitch.KEEP) {
            return;
        }
        Optional<Tenant> current = configuration.currentTenant();
        if (current.isPresent() && !current.equals(tenant)) {
            configuration.listener().switchRefused(tenant, current.get());
            throw new TenantSwitchException(tenant, checkoutPlace(), current.get(), ApplicationPlace.ofRunningCode());
        }
    }

    /** Only for the message: what goes wrong here must not get in the way of the refusal. */
    private Optional<String> checkoutPlace() {
        try {
            return configuration.checkoutPlace().get();
        } catch (RuntimeException failure) {
            LOG.warn("Could not tell where a connection was checked out", failure);
            return Optional.empty();
        }
    }

    @Override
    public boolean reset(Connection physical) throws SQLException {
        if (destroyed) {
            return false;
        }
        long start = System.nanoTime();
        boolean closedElsewhere = false;
        try {
            closedElsewhere = physical.isClosed();
            if (closedElsewhere) {
                throw closedElsewhere();
            }
            clear(physical);
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
        return true;
    }

    /** What was local to a transaction is gone with it. */
    private void clear(Connection physical) throws SQLException {
        if (carrier.isPresent() && !carrier.get().sessionMayKnow()) {
            rollBackOpenTransaction(physical);
            return;
        }
        Optional<String> reset = configuration
                .settings()
                .write(physical, configuration.settings().cleared());
        if (session.isPresent() && reset.isPresent()) {
            configuration.sessions().leave(session.get(), reset.get());
        }
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
    public void distrust(Connection physical, Throwable failure) {
        if (!destroyed) {
            destroy(physical, failure);
        }
    }

    @Override
    public void discard(Connection physical) {
        session.ifPresent(configuration.sessions()::forget);
        Destruction.destroy(physical);
    }

    private void destroy(Connection physical, Throwable cause) {
        destroyed = true;
        session.ifPresent(configuration.sessions()::forget);
        if (cause instanceof ServerSessions.SharedSessionException) {
            configuration.listener().poolerDetected();
        }
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
