package io.tenantdatasource;

import java.util.Optional;

/**
 * Tells for whom the running code works. The default is {@link TenantContext#current()}; a lambda over a security
 * context, a {@code ScopedValue} or a request attribute does as well.
 *
 * <p>Called on the thread that uses the connection: once at checkout, and before each statement unless
 * {@link TenantSwitch#KEEP} is set. So it has to be quick, safe for concurrent use, and must not use the data source
 * that it resolves for.
 */
@FunctionalInterface
public interface TenantResolver {

    /**
     * Returns the tenant of the running code.
     *
     * @return the tenant, or empty if there is none; never null
     */
    Optional<Tenant> resolve();
}
