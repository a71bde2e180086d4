package io.tenantdatasource.internal.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Wrapper;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/** Stands before a borrowed connection, from checkout to return. */
public final class GuardedConnection implements InvocationHandler {

    private static final String CONNECTION_DOES_NOT_EXIST = "08003";

    private enum State {
        OPEN,
        /** Being reset by the thread that closes it; can still be aborted by another. */
        CLOSING,
        /** Aborted by the user; the executor may not have come to it yet. */
        ABORTED,
        /** With the pool, or gone. */
        CLOSED
    }

    private final Connection physical;
    private final ConnectionGuard guard;
    private final Carrier carrier;
    private final Connection proxy;

    /**
     * Held while a statement runs, and while the connection is reset. Without it a thread that has found the connection
     * open could send its statement when another has closed it meanwhile, to the session of the next tenant. pgjdbc has
     * a lock of its own around each statement, so nothing waits here that would not wait there.
     */
    private final ReentrantLock inUse = new ReentrantLock();

    /** Held for a change of state. */
    private final ReentrantLock stateChange = new ReentrantLock();

    private volatile State state = State.OPEN;
    private final AtomicBoolean discarded = new AtomicBoolean();

    private GuardedConnection(Connection physical, ConnectionGuard guard, Carrier carrier) {
        this.physical = physical;
        this.guard = guard;
        this.carrier = carrier;
        this.proxy = (Connection) JdbcProxy.newProxy(Connection.class, this);
    }

    /**
     * Builds the wall.
     *
     * @param physical the connection of the pool
     * @param guard decides what may happen on it
     * @param carrier brings to the server what there is to bring
     * @return the connection for the user
     */
    public static Connection of(Connection physical, ConnectionGuard guard, Carrier carrier) {
        return new GuardedConnection(physical, guard, carrier).proxy;
    }

    Connection proxy() {
        return proxy;
    }

    boolean isClosed() {
        return state != State.OPEN;
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

    /** Asks whether a statement may run, then keeps the connection from being closed until {@link #leave()}. */
    void enterStatement(String method) throws SQLException {
        guard.beforeStatement();
        inUse.lock();
        if (isClosed()) {
            inUse.unlock();
            requireOpen(method);
        }
    }

    void leave() {
        inUse.unlock();
    }

    /** As {@link #enterStatement}, for a call that can carry nothing to the server. */
    void enterOtherStatement(String method) throws SQLException {
        enterStatement(method);
        try {
            carrier.beforeOtherCall();
        } catch (Throwable e) {
            leave();
            throw e;
        }
    }

    /**
     * A driver that fails with anything but an SQLException may have stopped in the middle of an answer; the rest would be
     * read by the next statement, and perhaps by the next tenant.
     */
    void distrust(Throwable failure) {
        guard.distrust(physical, failure);
    }

    void leaveOtherStatement() throws SQLException {
        try {
            carrier.afterOtherCall();
        } finally {
            leave();
        }
    }

    Object unwrap(Object proxy, Wrapper guarded, Class<?> type) throws SQLException {
        if (type.isInstance(proxy)) {
            return proxy;
        }
        tellBeforeUnwrap();
        return type.isInstance(guarded) ? guarded : guarded.unwrap(type);
    }

    /** Waits for a running statement only if there is something to tell: who unwraps may want to cancel that statement. */
    private void tellBeforeUnwrap() throws SQLException {
        if (carrier == Carrier.NOTHING) {
            return;
        }
        inUse.lock();
        try {
            requireOpen("unwrap");
            carrier.beforeUnwrap();
        } finally {
            inUse.unlock();
        }
    }

    @Override
    public Object invoke(Object self, Method method, Object[] args) throws Throwable {
        return switch (JdbcCall.of(method).kind()) {
            case EQUALS -> self == args[0];
            case HASH_CODE -> System.identityHashCode(self);
            case TO_STRING -> "TenantDataSource connection over " + physical;
            case CLOSE, FREE -> {
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
                yield unwrap(self, physical, (Class<?>) args[0]);
            }
            case IS_WRAPPER_FOR -> {
                requireOpen(method);
                yield Wall.isWrapperFor(self, physical, (Class<?>) args[0]);
            }
            case FORWARD, RUN_STATEMENT, ALWAYS_FORWARD -> forward(method, args);
        };
    }

    private Object forward(Method method, Object[] args) throws Throwable {
        inUse.lock();
        try {
            requireOpen(method);
            return Wall.guard(carrier.call(physical, method, args), null, this);
        } finally {
            inUse.unlock();
        }
    }

    private void close() throws SQLException {
        switch (leaveOpenFor(State.CLOSING)) {
            case OPEN -> giveBack();
            case ABORTED -> discard();
            case CLOSING, CLOSED -> {}
        }
    }

    private void giveBack() throws SQLException {
        boolean mayGoBack;
        inUse.lock();
        try {
            mayGoBack = guard.reset(physical);
        } finally {
            becomeClosed();
            inUse.unlock();
        }
        if (mayGoBack) {
            physical.close();
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
        if (leaveOpenFor(State.ABORTED) == State.OPEN) {
            try {
                executor.execute(this::discard);
            } catch (RuntimeException | Error e) {
                discard();
                throw e;
            }
        } else {
            interruptClosing();
        }
    }

    /** Breaks the driver's connection under a reset that hangs, which fails then and destroys the pool's. */
    private void interruptClosing() throws SQLException {
        stateChange.lock();
        try {
            if (state == State.CLOSING) {
                physical.unwrap(Connection.class).abort(Runnable::run);
            }
        } finally {
            stateChange.unlock();
        }
    }

    private void discard() {
        if (discarded.compareAndSet(false, true)) {
            guard.discard(physical);
        }
    }

    /** Returns the former state, which is changed only if it was open. */
    private State leaveOpenFor(State next) {
        stateChange.lock();
        try {
            State former = state;
            if (former == State.OPEN) {
                state = next;
            }
            return former;
        } finally {
            stateChange.unlock();
        }
    }

    private void becomeClosed() {
        stateChange.lock();
        try {
            state = State.CLOSED;
        } finally {
            stateChange.unlock();
        }
    }
}
