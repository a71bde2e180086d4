package io.tenantdatasource;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import org.slf4j.LoggerFactory;

/**
 * For whom the running code works, one answer a thread.
 *
 * <pre>{@code
 * try (var scope = TenantContext.open(Tenant.of(organizationId))) {
 *     ...                                    // connections checked out here are bound to that organization
 * }
 * }</pre>
 *
 * <p>A new thread starts with no tenant, whoever starts it: hand the tenant on with one of the {@code wrap} methods.
 * Virtual threads are threads like any other here.
 *
 * <p>With the system property {@code tenant-datasource.trace-scopes=true} each scope remembers where it was opened, for the
 * message about those that were left open. That costs a stack trace a scope; tests turn it on.
 */
public final class TenantContext {

    private static final ThreadLocal<Scope> CURRENT = new ThreadLocal<>();

    /** Of all threads; nearly always none, which costs one volatile read a change. */
    private static final List<TenantContextListener> LISTENERS = new CopyOnWriteArrayList<>();

    private static final String TRACE = "tenant-datasource.trace-scopes";

    private TenantContext() {}

    /**
     * Works for {@code tenant} on this thread until the scope is closed. Scopes nest.
     *
     * @param tenant the tenant
     * @return the scope, to be closed on this thread; closing restores what was there before
     */
    public static Scope open(Tenant tenant) {
        return enter(Optional.of(Objects.requireNonNull(tenant, "tenant is null")));
    }

    /**
     * Works for no tenant on this thread until the scope is closed, whatever was there before.
     *
     * @return the scope, to be closed on this thread; closing restores what was there before
     */
    public static Scope openWithoutTenant() {
        return enter(Optional.empty());
    }

    /**
     * Runs {@code task} for {@code tenant}, then restores what was there before.
     *
     * @param tenant the tenant
     * @param task what to run
     */
    public static void run(Tenant tenant, Runnable task) {
        Objects.requireNonNull(task, "task is null");
        try (Scope scope = open(tenant)) {
            task.run();
        }
    }

    /**
     * Calls {@code task} for {@code tenant}, then restores what was there before.
     *
     * @param tenant the tenant
     * @param task what to call
     * @param <T> the type of the result
     * @return what the task returned
     * @throws Exception what the task threw
     */
    public static <T> T call(Tenant tenant, Callable<T> task) throws Exception {
        Objects.requireNonNull(task, "task is null");
        try (Scope scope = open(tenant)) {
            return task.call();
        }
    }

    /**
     * Returns the tenant that this thread works for.
     *
     * @return the tenant of the innermost open scope, or empty
     */
    public static Optional<Tenant> current() {
        Scope scope = CURRENT.get();
        return scope == null ? Optional.empty() : scope.tenant;
    }

    /**
     * Tells whether a scope is open on this thread, be it one {@linkplain #openWithoutTenant() without a tenant}: somebody
     * has said for whom to work. A resolver that knows another source as well asks it only where nobody has.
     *
     * @return whether {@link #current()} answers for a scope, and is not empty for want of one
     */
    public static boolean isOpen() {
        return CURRENT.get() != null;
    }

    /**
     * Takes the tenant of this moment along to wherever {@code task} runs. If there is none, the task runs with none,
     * also on a thread that has one.
     *
     * @param task what to run
     * @return a task that runs for the tenant of this moment
     */
    public static Runnable wrap(Runnable task) {
        Objects.requireNonNull(task, "task is null");
        Optional<Tenant> captured = current();
        return () -> {
            try (Scope scope = enter(captured)) {
                task.run();
            }
        };
    }

    /**
     * Takes the tenant of this moment along to wherever {@code task} is called. If there is none, the task is called
     * with none, also on a thread that has one.
     *
     * @param task what to call
     * @param <T> the type of the result
     * @return a task that is called for the tenant of this moment
     */
    public static <T> Callable<T> wrap(Callable<T> task) {
        Objects.requireNonNull(task, "task is null");
        Optional<Tenant> captured = current();
        return () -> {
            try (Scope scope = enter(captured)) {
                return task.call();
            }
        };
    }

    /**
     * Wraps each task that is handed to {@code executor}, at the moment when it is handed over.
     *
     * @param executor the executor that runs the tasks
     * @return an executor that takes the submitter's tenant along
     */
    public static ExecutorService wrap(ExecutorService executor) {
        return new TenantExecutorService(Objects.requireNonNull(executor, "executor is null"));
    }

    /**
     * Has a listener told of each change from now on, on all threads, until it is removed. Scopes that are open already
     * are not told.
     *
     * @param listener the listener
     */
    public static void addListener(TenantContextListener listener) {
        LISTENERS.add(Objects.requireNonNull(listener, "listener is null"));
    }

    /**
     * Has a listener told no longer. Does nothing if it is not there.
     *
     * @param listener the listener, the same object that was added
     */
    public static void removeListener(TenantContextListener listener) {
        LISTENERS.remove(listener);
    }

    /**
     * Closes every scope that is open on this thread, so that it works for nobody. For whoever owns a pooled thread, before and after
     * a piece of work on it: what is open there has been left open by somebody else. Closing such a scope later does nothing.
     *
     * @return what to log: how many there were and, with {@code tenant-datasource.trace-scopes=true}, where they were opened, as
     *     suppressed exceptions. Empty if none was open
     */
    public static Optional<IllegalStateException> closeLeftOpen() {
        List<Scope> leftOpen = new ArrayList<>();
        for (Scope scope = CURRENT.get(); scope != null; scope = scope.outer) {
            scope.closed = true;
            leftOpen.add(scope);
        }
        if (leftOpen.isEmpty()) {
            return Optional.empty();
        }
        CURRENT.remove();
        tellListeners();
        return Optional.of(Scope.leftOpen(
                leftOpen.size() + " tenant scopes had been left open on a thread whose work was over, and were closed",
                leftOpen));
    }

    private static Scope enter(Optional<Tenant> tenant) {
        Scope scope = new Scope(tenant, CURRENT.get());
        CURRENT.set(scope);
        tellListeners();
        return scope;
    }

    private static void tellListeners() {
        if (!LISTENERS.isEmpty()) {
            LISTENERS.forEach(listener -> tell(listener, current()));
        }
    }

    /** A scope whose opening threw would stay open, as nobody has it to close. */
    private static void tell(TenantContextListener listener, Optional<Tenant> current) {
        try {
            listener.changed(current);
        } catch (Throwable failure) {
            LoggerFactory.getLogger(TenantContext.class)
                    .warn("{} threw; the tenant has changed all the same", listener, failure);
        }
    }

    /** The time between opening and {@link #close()}. Belongs to the thread that opened it. */
    public static final class Scope implements AutoCloseable {

        private final Optional<Tenant> tenant;
        private final Scope outer;
        private final Optional<Throwable> opening;
        private boolean closed;

        private Scope(Optional<Tenant> tenant, Scope outer) {
            this.tenant = tenant;
            this.outer = outer;
            this.opening = Boolean.getBoolean(TRACE)
                    ? Optional.of(new Throwable("A tenant scope was opened here, and left open"))
                    : Optional.empty();
        }

        /**
         * Restores the tenant that was there before. A second call does nothing.
         *
         * @throws IllegalStateException if scopes that were opened on this thread later are still open, which are closed
         *     with it, so that none of them outlives it; or if this scope was opened on another thread, in which case
         *     nothing is changed
         */
        @Override
        public void close() {
            if (closed) {
                return;
            }
            List<Scope> leftOpen = openedLater();
            closed = true;
            leftOpen.forEach(scope -> scope.closed = true);
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
            tellListeners();
            if (!leftOpen.isEmpty()) {
                throw closedOutOfOrder(leftOpen);
            }
        }

        private static IllegalStateException closedOutOfOrder(List<Scope> leftOpen) {
            return leftOpen(
                    "Tenant scope closed out of order: " + leftOpen.size()
                            + " that were opened later had been left open, and were closed with it",
                    leftOpen);
        }

        private static IllegalStateException leftOpen(String what, List<Scope> leftOpen) {
            IllegalStateException failure =
                    new IllegalStateException(what + ". Close scopes innermost first (try-with-resources does)");
            leftOpen.forEach(scope -> scope.opening.ifPresent(failure::addSuppressed));
            return failure;
        }

        private List<Scope> openedLater() {
            List<Scope> later = new ArrayList<>();
            for (Scope scope = CURRENT.get(); scope != this; scope = scope.outer) {
                if (scope == null) {
                    throw new IllegalStateException("Tenant scope closed on another thread than it was opened on:"
                            + " close scopes on their own thread (try-with-resources does)");
                }
                later.add(scope);
            }
            return later;
        }
    }
}
