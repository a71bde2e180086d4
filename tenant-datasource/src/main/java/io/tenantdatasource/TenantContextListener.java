package io.tenantdatasource;

import java.util.Optional;

/**
 * Is told whenever {@link TenantContext} changes for whom a thread works: scopes that are opened and closed, with those
 * of {@code run}, {@code call} and {@code wrap}. For what has to follow the tenant, such as the context of log messages.
 *
 * <p>Called on the thread whose tenant has changed, after the change: be quick, be safe for concurrent use, and open no
 * scope. What a listener throws is logged and changes nothing.
 */
@FunctionalInterface
public interface TenantContextListener {

    /**
     * This thread works for another tenant from now on, or for the same one in a further scope.
     *
     * @param current what {@link TenantContext#current()} returns now
     */
    void changed(Optional<Tenant> current);
}
