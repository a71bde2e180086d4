package io.tenantdatasource.spring;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantResolver;
import java.util.Optional;

/**
 * Tells the tenant where nobody has opened a scope of {@link TenantContext}: what is open on the thread wins over it, a scope
 * without tenant included. Beans of this type are asked in their order, until one knows. An application that has a {@link
 * TenantResolver} bean asks that one instead of all of this.
 *
 * <p>With {@code tenant-datasource.tenant.jwt} or {@code .principal} there is one that asks Spring Security's authentication.
 *
 * <p>Called on the thread that uses the connection, at checkout and before statements. So it has to be quick, safe for
 * concurrent use, and must not use the data source that it resolves for.
 */
@FunctionalInterface
public interface FallbackTenantResolver {

    /**
     * Returns the tenant of the running code.
     *
     * @return the tenant, or empty if it knows none; never null. What it throws, the checkout throws
     */
    Optional<Tenant> resolve();
}
