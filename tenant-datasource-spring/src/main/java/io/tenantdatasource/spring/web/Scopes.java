package io.tenantdatasource.spring.web;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.util.Optional;

final class Scopes {

    private Scopes() {}

    /** Where there is no tenant, a scope says so: what is left open inside of it is closed with it. */
    static TenantContext.Scope open(Optional<Tenant> tenant) {
        return tenant.map(TenantContext::open).orElseGet(TenantContext::openWithoutTenant);
    }
}
