package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.test.Tenants;

/** What a tenant is called in a report: the names that tests use, or its id. */
final class TenantName {

    private TenantName() {}

    static String of(Tenant tenant) {
        if (tenant.equals(Tenants.ACME)) {
            return "acme";
        }
        return tenant.equals(Tenants.GLOBEX) ? "globex" : tenant.organizationId();
    }
}
