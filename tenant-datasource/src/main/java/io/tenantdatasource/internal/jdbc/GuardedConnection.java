package io.tenantdatasource.internal.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Stands before a borrowed connection, from checkout to return. */
public final class GuardedConnection implements InvocationHandler {

    private static final String CONNECTION_DOES_NOT_EXIST = "08003";

    private enum State {
        OPEN,
        /** Aborted by the user; the executor may not have come to it yet. */
        ABORTED,
        CLOSED
    }

    private final Connection physical;
    private final ConnectionGuard guard;
    private final Connection proxy;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private final AtomicBoolean discarded = new AtomicBoolean();

    private GuardedConnection(Connection physical, ConnectionGuard guard) {
        this.physical = physical;
        this.guard = guard;
        this.proxy = (Connection) JdbcProxy.newProxy(Connection.class, this);
    }

    /**
     * Builds the wall.
     *
     * @param physical the connection of the pool
     * @param guard decides what may happen on it
     * @return the connection for the user
     */
    public static Connection of(Connection physical, ConnectionGuard guard) {
        return new GuardedConnection(physical, guard).proxy;
    }

    Connection proxy() {
        return proxy;
    }

    boolean isClosed() {
        return state.get() != State.OPEN;
    }

    void requireOpen(String method) throws SQLException {
        if (isClosed()) {
            throw new SQLException(closedReason(method), CONNECTION_DOES_NOT_EXIST);
        }
    }

    /** Throws what the method declares: for {@code setClientInfo} that is less than an SQLException. */
    void requireOpen(Method method) throws SQLException {
        if (isClosed() && Arrays.asList(method.getExceptionTypes()).contains(SQLClientInfoException.class)) {
            throw new SQLClientInfoException(closedReason(method.getName()), CONNECTION_DOES_NOT_EXIST, Map.of());
        }
        requireOpen(method.getName());
    }

    private static String closedReason(String method) {
        return "This connection has been closed and " + method
                + "() was not run: check out a connection from the data source again";
    }

    void beforeStatement() throws SQLException {
        guard.beforeStatement();
    }

    @Override
    public Object invoke(Object self, Method method, Object[] args) throws Throwable {
        return switch (JdbcCall.of(method).kind()) {
            case EQUALS -> self == args[0];
            case HASH_CODE -> System.identityHashCode(self);
            case TO_STRING -> "TenantDataSource connection over " + physical;
            case CLOSE -> {
                close();
                yield null;
            }
            case ABORT -> {
                abort((Executor) args[0]);
                yield null;
            }
            case IS_CLOSED -> isClosed() || physical.isClosed();
            case IS_VALID -> !isClosed() && physical.isValid((int) args[0]);
            case UNWRAP -> {
                requireOpen(method);
                yield Wall.unwrap(self, physical, (Class<?>) args[0]);
            }
            case IS_WRAPPER_FOR -> {
                requireOpen(method);
                yield Wall.isWrapperFor(self, physical, (Class<?>) args[0]);
            }
            case FORWARD, RUN_STATEMENT, ALWAYS_FORWARD -> {
                requireOpen(method);
                yield Wall.guard(JdbcProxy.forward(physical, method, args), null, this);
            }
        };
    }

    private void close() throws SQLException {
        switch (state.getAndSet(State.CLOSED)) {
            case OPEN -> guard.giveBack(physical);
            case ABORTED -> discard();
            case CLOSED -> {}
        }
    }

    /**
     * The executor is not handed on to the pool: Agroal 3 takes a connection back as soon as {@code abort} returns,
     * though its executor may not have run yet, and takes it back once more if it is called again.
     */
    private void abort(Executor executor) throws SQLException {
        if (executor == null) {
            throw new SQLException("abort needs an executor, and got null", "22004");
        }
        if (state.compareAndSet(State.OPEN, State.ABORTED)) {
            executor.execute(this::discard);
        }
    }

    private void discard() {
        if (discarded.compareAndSet(false, true)) {
            guard.discard(physical);
        }
    }
}
