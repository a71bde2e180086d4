package io.tenantdatasource.spring;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantResolver;
import java.util.Optional;

/**
 * For whom the running code works, as a data source would find it that a connection is asked of: told by the application's {@link
 * TenantResolver}, or by the open scope, or by the {@link FallbackTenantResolver} beans. For what has to keep tenants apart itself, such
 * as a cache. Safe for concurrent use.
 */
public final class CurrentTenant {

    private final TenantResolver resolver;

    /** Set while this thread asks the resolver: what that one uses may itself want to know. */
    private final ThreadLocal<Boolean> asking = new ThreadLocal<>();

    CurrentTenant(TenantResolver resolver) {
        this.resolver = resolver;
    }

    /**
     * Returns the tenant of the running code.
     *
     * @return the tenant, or empty if there is none, or if it is the resolver that asks. Throws what the resolver throws
     */
    public Optional<Tenant> get() {
        if (asking.get() != null) {
            return Optional.empty();
        }
        asking.set(true);
        try {
            return resolver.resolve();
        } finally {
            asking.remove();
        }
    }
}
