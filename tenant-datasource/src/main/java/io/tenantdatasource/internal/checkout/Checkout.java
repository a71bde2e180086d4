package io.tenantdatasource.internal.checkout;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.internal.binding.AtConnect;
import io.tenantdatasource.internal.binding.CheckedConnection;
import io.tenantdatasource.internal.binding.SessionReset;
import io.tenantdatasource.internal.binding.Teller;
import io.tenantdatasource.internal.binding.Trace;
import io.tenantdatasource.internal.jdbc.Binding;
import io.tenantdatasource.internal.jdbc.BoundStatement;
import io.tenantdatasource.internal.jdbc.Call;
import io.tenantdatasource.internal.jdbc.GuardedConnection;
import io.tenantdatasource.internal.jdbc.JdbcCall;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection, from the moment it is borrowed until it goes back or is destroyed. */
final class Checkout implements Binding {

    private static final Logger LOG = LoggerFactory.getLogger("io.tenantdatasource.TenantDataSource");

    private static final String CONNECTION_DOES_NOT_EXIST = "08003";

    /** How the connection ends, as far as that is settled. */
    private enum End {
        /** It is in use. */
        OPEN,
        /** It must not be used any more, and could not be destroyed yet. */
        DOOMED,
        DESTROYED
    }

    private final Configuration configuration;
    private final ServerSessions sessions;
    private final Optional<Tenant> tenant;
    private final Connection physical;
    private final Connection driver;

    private CheckedConnection checked;
    private Teller teller;
    private volatile End end = End.OPEN;

    /** Whether the user has been told, by an exception, that the connection is dead. */
    private boolean deathWasTold;

    private Checkout(
            Configuration configuration, ServerSessions sessions, Optional<Tenant> tenant, Connection physical) {
        this.configuration = configuration;
        this.sessions = sessions;
        this.tenant = tenant;
        this.physical = physical;
        this.driver = driverOf(physical);
    }

    /** Binds a connection that was just borrowed, or destroys it and throws. */
    static Connection of(
            Connection physical,
            Configuration configuration,
            Sessions sessions,
            Optional<Tenant> tenant,
            List<String> values)
            throws SQLException {
        Checkout checkout = new Checkout(configuration, sessions.inUse(), tenant, physical);
        long start = System.nanoTime();
        try {
            checkout.bind(sessions, values);
        } catch (SQLException failure) {
            throw checkout.destroyedUnbound(failure);
        } catch (Throwable failure) {
            checkout.destroy(failure);
            throw failure;
        }
        LOG.debug("Bound a connection to {}", checkout.tenantName());
        configuration.listener().bound(tenant, since(start));
        return GuardedConnection.of(physical, checkout);
    }

    private void bind(Sessions sessions, List<String> values) throws SQLException {
        AtConnect atConnect = sessions.known().of(physical, driver);
        checked = new CheckedConnection(physical, sessions.settings(), values, atConnect, this::destroyedUnbound);
        teller = configuration.binding().of(checked);
        teller.atCheckout();
        if (teller.session() != null) {
            sessions.inUse().enter(teller.session(), physical);
        }
    }

    /** What a pool hands out is another object at each checkout; not all reveal the one behind it. */
    private static Connection driverOf(Connection physical) {
        try {
            Connection driver = physical.unwrap(Connection.class);
            return driver == null ? physical : driver;
        } catch (SQLException e) {
            return physical;
        }
    }

    private SQLException destroyedUnbound(SQLException cause) {
        destroy(cause);
        deathWasTold = true;
        return explained(
                "Could not bind a connection to " + tenantName()
                        + ": it was destroyed, and nothing is to be believed that a statement has returned on it",
                cause);
    }

    @Override
    public void permit() throws SQLException {
        if (end != End.OPEN) {
            throw new SQLException(
                    "This connection was destroyed, as the exception before has told, and the statement was not sent: check out"
                            + " another one",
                    CONNECTION_DOES_NOT_EXIST);
        }
        if (configuration.refusesSwitch()) {
            refuseSwitch();
        }
    }

    private void refuseSwitch() throws SQLException {
        Optional<Tenant> current = configuration.currentTenant();
        if (current.isPresent() && !current.equals(tenant)) {
            configuration.listener().switchRefused(tenant, current.get());
            throw configuration.refusal().of(tenant, checkoutPlace(), current.get(), ApplicationPlace.ofRunningCode());
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
    public BoundStatement statement(Method creation, Object[] args) throws Throwable {
        return teller.statement(creation, args);
    }

    @Override
    public Object connectionCall(JdbcCall.Kind kind, Method method, Object[] args) throws Throwable {
        return teller.connectionCall(kind, method, args);
    }

    @Override
    public Object driverCall(JdbcCall.Kind kind, Call call) throws Throwable {
        return teller.driverCall(kind, call);
    }

    @Override
    public void beforeFetch() throws SQLException {
        teller.beforeFetch();
    }

    @Override
    public boolean unwrapping() {
        return teller.unwrapping();
    }

    @Override
    public void tellBeforeUnwrap() throws SQLException {
        teller.tellBeforeUnwrap();
    }

    /**
     * A driver that fails with anything but an SQLException may have stopped in the middle of an answer; the rest would be
     * read by the next statement, and perhaps by the next tenant.
     */
    @Override
    public void failed(Throwable failure) {
        if (failure instanceof SQLException) {
            teller.failed();
            deathWasTold |= isDead();
        } else if (end == End.OPEN) {
            destroy(failure);
            deathWasTold = true;
        }
    }

    private boolean isDead() {
        try {
            return physical.isClosed() || driver.isClosed();
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public boolean reset() throws SQLException {
        if (end == End.DOOMED) {
            destroyAgain();
        }
        if (end != End.OPEN) {
            return false;
        }
        long start = System.nanoTime();
        try {
            if (isDead()) {
                throw new ClosedElsewhereException(tenantName());
            }
            requireUseAgain();
            verify(new SessionReset(checked).run(teller.state()));
        } catch (SQLException failure) {
            return destroyedOnReturn(failure);
        } catch (Throwable failure) {
            destroy(failure);
            throw failure;
        }
        configuration.listener().reset(tenant, since(start));
        return true;
    }

    /** A pooler that lends sessions shows where a connection was bound in one and reset in another. */
    private void verify(String resetSession) throws SQLException {
        if (teller.session() != null && resetSession != null) {
            sessions.leave(teller.session(), resetSession);
        } else if (teller.session() != null) {
            sessions.forget(teller.session());
        }
    }

    private void requireUseAgain() throws SQLException {
        if (configuration.destroysUnwrapped() && teller.state().trace() == Trace.OF_UNWRAPPED) {
            throw new UnwrappedException();
        }
    }

    /** That is as configured, and no failure. */
    private static final class UnwrappedException extends SQLException {

        private static final long serialVersionUID = 1L;

        UnwrappedException() {
            super("an object of the driver was handed out, and is not to outlive its checkout", "08003");
        }
    }

    /** Silently where there is nothing new to tell: a pool's own connection is silent then too. */
    private boolean destroyedOnReturn(SQLException failure) throws SQLException {
        boolean isKnown = isDead() && (deathWasTold || isNotClosedByTheUser(failure));
        destroy(failure);
        if (isKnown || failure instanceof UnwrappedException) {
            return false;
        }
        throw failure instanceof ClosedElsewhereException
                ? failure
                : explained(
                        "Could not reset the connection of " + tenantName() + ": it was destroyed, not returned",
                        failure);
    }

    /** A pool takes back its own connection as it is, tenant and all, if somebody unwraps and closes that one. */
    private static final class ClosedElsewhereException extends SQLException {

        private static final long serialVersionUID = 1L;

        ClosedElsewhereException(String tenantName) {
            super(
                    "The connection of " + tenantName
                            + " was not reset, as it was closed already: by its server, or past"
                            + " the TenantDataSource, in which case the pool may have it with its tenant. Close the"
                            + " connection that was checked out, not what unwrap gave",
                    CONNECTION_DOES_NOT_EXIST);
        }
    }

    /** Who has nothing of the pool's or the driver's cannot have closed it past us: so the pool has, and lets go of it. */
    private boolean isNotClosedByTheUser(SQLException failure) {
        return failure instanceof ClosedElsewhereException && teller.state().trace() != Trace.OF_UNWRAPPED;
    }

    @Override
    public void discard() {
        forgetSession();
        Destruction.destroy(physical);
    }

    private void destroy(Throwable cause) {
        end = End.DOOMED;
        forgetSession();
        if (cause instanceof ServerSessions.SharedSessionException) {
            configuration.listener().poolerDetected();
        }
        destroyAgain();
        LOG.warn("Destroyed a connection of {}: {}", tenantName(), cause.toString());
        configuration.listener().destroyed(tenant, cause);
    }

    private void destroyAgain() {
        if (Destruction.destroy(physical)) {
            end = End.DESTROYED;
        }
    }

    private void forgetSession() {
        if (teller != null && teller.session() != null) {
            sessions.forget(teller.session());
        }
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
