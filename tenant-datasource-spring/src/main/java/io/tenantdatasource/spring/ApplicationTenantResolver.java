package io.tenantdatasource.spring;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantResolver;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The application's resolver, looked up when the first connection is checked out: data sources are created early, and a
 * resolver that was created with them would miss the post-processors that come later, and could not depend on anything
 * that needs a data source.
 */
final class ApplicationTenantResolver implements TenantResolver {

    private final ObjectProvider<TenantResolver> beans;
    private volatile TenantResolver found;

    ApplicationTenantResolver(ObjectProvider<TenantResolver> beans) {
        this.beans = beans;
    }

    @Override
    public Optional<Tenant> resolve() {
        TenantResolver resolver = found;
        if (resolver == null) {
            // Two threads may both look it up, and find the same. A lock held while the container creates a bean, under
            // a lock of its own, could deadlock.
            resolver = beans.getIfAvailable(() -> TenantContext::current);
            found = resolver;
        }
        return resolver.resolve();
    }
}
