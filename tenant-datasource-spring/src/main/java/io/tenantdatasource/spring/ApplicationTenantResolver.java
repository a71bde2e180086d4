package io.tenantdatasource.spring;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantResolver;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The application's resolver; without one, the scope that is open, and where none is, the fallbacks. Looked up when the first
 * connection is checked out: data sources are created early, and a resolver that was created with them would miss the
 * post-processors that come later, and could not depend on anything that needs a data source.
 */
final class ApplicationTenantResolver implements TenantResolver {

    private final ObjectProvider<TenantResolver> beans;
    private final ObjectProvider<FallbackTenantResolver> fallbacks;
    private volatile TenantResolver found;

    ApplicationTenantResolver(ObjectProvider<TenantResolver> beans, ObjectProvider<FallbackTenantResolver> fallbacks) {
        this.beans = beans;
        this.fallbacks = fallbacks;
    }

    @Override
    public Optional<Tenant> resolve() {
        TenantResolver resolver = found;
        if (resolver == null) {
            // Two threads may both look it up, and find the same. A lock held while the container creates a bean, under
            // a lock of its own, could deadlock.
            resolver = beans.getIfAvailable(this::scopeOrFallback);
            found = resolver;
        }
        return resolver.resolve();
    }

    private TenantResolver scopeOrFallback() {
        List<FallbackTenantResolver> others = fallbacks.orderedStream().toList();
        return () -> TenantContext.isOpen() ? TenantContext.current() : firstOf(others);
    }

    private static Optional<Tenant> firstOf(List<FallbackTenantResolver> others) {
        return others.stream()
                .map(FallbackTenantResolver::resolve)
                .flatMap(Optional::stream)
                .findFirst();
    }
}
