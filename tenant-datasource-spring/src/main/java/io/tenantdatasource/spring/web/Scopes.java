package io.tenantdatasource.spring.web;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.spring.CurrentTenant;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;

final class Scopes {

    private Scopes() {}

    /** Where there is no tenant, a scope says so: what is left open inside of it is closed with it. */
    static TenantContext.Scope open(Optional<Tenant> tenant) {
        return tenant.map(TenantContext::open).orElseGet(TenantContext::openWithoutTenant);
    }

    /** For whom a data source would take the running code, if one is bound: a fallback of the application's may tell, and no scope. */
    static Supplier<Optional<Tenant>> current(ObjectProvider<CurrentTenant> tenants) {
        CurrentTenant bound = tenants.getIfAvailable();
        return bound == null ? TenantContext::current : bound::get;
    }
}
