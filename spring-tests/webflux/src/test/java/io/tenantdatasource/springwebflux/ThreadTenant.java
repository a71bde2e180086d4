package io.tenantdatasource.springwebflux;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.util.ArrayDeque;
import java.util.Deque;

/** The accessor of the thread's tenant, for as long as the module brings none of that key. */
final class ThreadTenant implements ThreadLocalAccessor<Tenant> {

    private static final String KEY = "io.tenantdatasource.tenant";
    private static final ThreadLocal<Deque<TenantContext.Scope>> SCOPES = ThreadLocal.withInitial(ArrayDeque::new);

    static void registerUnlessThereIsOne() {
        ContextRegistry registry = ContextRegistry.getInstance();
        if (registry.getThreadLocalAccessors().stream()
                .noneMatch(accessor -> accessor.key().equals(KEY))) {
            registry.registerThreadLocalAccessor(new ThreadTenant());
        }
    }

    @Override
    public Object key() {
        return KEY;
    }

    @Override
    public Tenant getValue() {
        return TenantContext.current().orElse(null);
    }

    @Override
    public void setValue(Tenant tenant) {
        SCOPES.get().push(TenantContext.open(tenant));
    }

    @Override
    public void setValue() {
        SCOPES.get().push(TenantContext.openWithoutTenant());
    }

    @Override
    public void restore(Tenant previous) {
        restore();
    }

    @Override
    public void restore() {
        SCOPES.get().pop().close();
    }
}
