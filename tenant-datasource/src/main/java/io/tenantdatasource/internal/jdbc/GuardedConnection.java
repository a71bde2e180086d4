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
    private final Binding binding;
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

    private GuardedConnection(Connection physical, Binding binding) {
        this.physical = physical;
        this.binding = binding;
        this.proxy = (Connection) JdbcProxy.newProxy(Connection.class, this);
    }

    /**
     * Builds the wall.
     *
     * @param physical the connection of the pool
     * @param binding keeps it bound, and decides how it ends
     * @return the connection for the user
     */
    public static Connection of(Connection physical, Binding binding) {
        return new GuardedConnection(physical, binding).proxy;
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

    /** Runs a statement of the user. */
    Object run(String method, Call call) throws Throwable {
        requireOpen(method); // before anything else: a closed connection is closed, whoever the thread works for
        binding.permit();
        return locked(method, call);
    }

    /** Makes a call in which the driver sends statements of its own. */
    Object driverCall(JdbcCall.Kind kind, String method, Call call) throws Throwable {
        return run(method, () -> binding.driverCall(kind, call));
    }

    /** What the driver sends for one row of an updatable result set. */
    @FunctionalInterface
    interface RowCall {
        void make() throws SQLException;
    }

    /** As {@link #driverCall}, for a result set, whose methods are called directly. */
    void row(String method, RowCall call) throws SQLException {
        try {
            driverCall(JdbcCall.Kind.DRIVER, method, () -> {
                call.make();
                return null;
            });
        } catch (SQLException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e); // nothing else is declared by what is called
        }
    }

    /** Makes a call that may speak to the server, and keeps the connection from being closed meanwhile. */
    Object locked(String method, Call call) throws Throwable {
        enter(method);
        try {
            return call.make();
        } catch (Throwable e) {
            binding.failed(e);
            throw e;
        } finally {
            leave();
        }
    }

    /** As {@link #locked}, for what may fetch: rows are looked at for whoever the server knows then. */
    Object fetching(String method, Call call) throws Throwable {
        return locked(method, () -> {
            binding.beforeFetch();
            return call.make();
        });
    }

    /** As {@link #enter}, before what may fetch. */
    void enterFetch(String method) throws SQLException {
        enter(method);
        try {
            binding.beforeFetch();
        } catch (Throwable e) {
            binding.failed(e);
            leave();
            throw e;
        }
    }

    /** As {@link #locked}, for what only sets a value, which the driver may find to be wrong before it sends anything. */
    Object lockedSetter(String method, Call call) throws Throwable {
        enter(method);
        try {
            return call.make();
        } catch (SQLException | Error e) {
            binding.failed(e);
            throw e;
        } finally {
            leave();
        }
    }

    /** Keeps the connection from being closed until {@link #leave()}. */
    void enter(String method) throws SQLException {
        inUse.lock();
        if (isClosed()) {
            inUse.unlock();
            requireOpen(method);
        }
    }

    void failed(Throwable failure) {
        binding.failed(failure);
    }

    void leave() {
        inUse.unlock();
    }

    Object unwrap(Object proxy, Wrapper guarded, Class<?> type) throws SQLException {
        if (type.isInstance(proxy)) {
            return proxy;
        }
        if (binding.unwrapping()) {
            tellBeforeUnwrap();
        }
        return type.isInstance(guarded) ? guarded : guarded.unwrap(type);
    }

    private void tellBeforeUnwrap() throws SQLException {
        enter("unwrap");
        try {
            binding.tellBeforeUnwrap();
        } catch (Throwable e) {
            binding.failed(e);
            throw e;
        } finally {
            leave();
        }
    }

    @Override
    public Object invoke(Object self, Method method, Object[] args) throws Throwable {
        JdbcCall.Kind kind = JdbcCall.of(method).kind();
        return switch (kind) {
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
                yield unwrap(self, physical, (Class<?>) args[0]);
            }
            case IS_WRAPPER_FOR -> {
                requireOpen(method);
                yield Wall.isWrapperFor(self, physical, (Class<?>) args[0]);
            }
            case CREATE_STATEMENT -> {
                requireOpen(method);
                yield locked(method.getName(), () -> statement(method, args));
            }
            case UNLISTED -> {
                requireOpen(method);
                yield driverCall(kind, method.getName(), () -> forward(method, args));
            }
            case LOCAL -> {
                requireOpen(method);
                yield forward(method, args);
            }
            default -> {
                requireOpen(method);
                yield locked(method.getName(), () -> connectionCall(kind, method, args));
            }
        };
    }

    private Object statement(Method method, Object[] args) throws Throwable {
        return new StatementProxy(binding.statement(method, args), method.getReturnType(), this).proxy();
    }

    private Object connectionCall(JdbcCall.Kind kind, Method method, Object[] args) throws Throwable {
        return Wall.guard(binding.connectionCall(kind, method, args), null, this);
    }

    private Object forward(Method method, Object[] args) throws Throwable {
        return Wall.guard(Forward.to(physical, method, args), null, this);
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
            mayGoBack = binding.reset();
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
            binding.discard();
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
