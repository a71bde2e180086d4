package io.tenantdatasource.spring.propagation;

import io.micrometer.context.ThreadLocalAccessor;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Takes the tenant of {@link TenantContext} along where Micrometer's context propagation is used: {@code
 * ContextSnapshotFactory}, {@code ContextPropagatingTaskDecorator}, and Reactor with {@code
 * Hooks.enableAutomaticContextPropagation()}. Found by {@code ContextRegistry} on its own.
 *
 * <p>Each value that is set is a scope of {@link TenantContext}, which restoring closes. If code in between left a scope of
 * its own open, restoring closes that too and throws {@link IllegalStateException}. Safe for concurrent use; all instances
 * are alike.
 */
public final class TenantThreadLocalAccessor implements ThreadLocalAccessor<Tenant> {

    /** The key of the tenant in snapshots, and in Reactor's context. */
    public static final String KEY = "io.tenantdatasource.tenant";

    /** What was set on this thread and not restored yet, innermost first. */
    private static final ThreadLocal<Deque<TenantContext.Scope>> OPEN = new ThreadLocal<>();

    /** Creates an accessor. */
    public TenantThreadLocalAccessor() {}

    @Override
    public Object key() {
        return KEY;
    }

    /**
     * Returns the tenant that this thread works for.
     *
     * @return the tenant, or null for none
     */
    @Override
    public Tenant getValue() {
        return TenantContext.current().orElse(null);
    }

    /**
     * Works for {@code tenant} on this thread, until it is restored.
     *
     * @param tenant the tenant
     */
    @Override
    public void setValue(Tenant tenant) {
        push(TenantContext.open(tenant));
    }

    /** Works for no tenant on this thread, until it is restored. */
    @Override
    public void setValue() {
        push(TenantContext.openWithoutTenant());
    }

    /**
     * Undoes the last {@code setValue} of this thread.
     *
     * @param previous the tenant that was there before it
     * @throws IllegalStateException if nothing is to be undone, if a scope that was opened in between was left open, or if
     *     the tenant is not the one before, as somebody closed its scope in between
     */
    @Override
    public void restore(Tenant previous) {
        restore(Optional.of(previous));
    }

    /**
     * Undoes the last {@code setValue} of this thread, before which there was no tenant.
     *
     * @throws IllegalStateException if nothing is to be undone, if a scope that was opened in between was left open, or if
     *     there was a tenant
     */
    @Override
    public void restore() {
        restore(Optional.empty());
    }

    private static void restore(Optional<Tenant> previous) {
        pop().close();
        if (!TenantContext.current().equals(previous)) {
            throw new IllegalStateException(
                    "The tenant of this thread was not restored, as a scope of TenantContext that"
                            + " was opened before was closed in between: close scopes innermost first");
        }
    }

    private static void push(TenantContext.Scope scope) {
        Deque<TenantContext.Scope> open = OPEN.get();
        if (open == null) {
            open = new ArrayDeque<>();
            OPEN.set(open);
        }
        open.push(scope);
    }

    private static TenantContext.Scope pop() {
        Deque<TenantContext.Scope> open = OPEN.get();
        if (open == null) {
            throw new IllegalStateException(
                    "No tenant was set on this thread, so there is nothing to restore: set and restore on one thread");
        }
        TenantContext.Scope scope = open.pop();
        if (open.isEmpty()) {
            OPEN.remove();
        }
        return scope;
    }
}
