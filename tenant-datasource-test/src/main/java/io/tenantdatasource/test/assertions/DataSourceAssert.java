package io.tenantdatasource.test.assertions;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.test.Tenants;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;

/** Chooses for whom something is asserted. */
public final class DataSourceAssert {

    private final DataSource dataSource;

    DataSourceAssert(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * For a tenant.
     *
     * @param tenant an organization, or one of its users
     * @return what to assert of it
     */
    public TenantAssert as(Tenant tenant) {
        return new TenantAssert(dataSource, Optional.of(Objects.requireNonNull(tenant, "tenant is null")));
    }

    /**
     * For a tenant by name.
     *
     * @param organization as {@link Tenants#named(String)} takes it
     * @return what to assert of it
     */
    public TenantAssert as(String organization) {
        return as(Tenants.named(organization));
    }

    /**
     * For no tenant.
     *
     * @return what to assert of code that runs without one
     */
    public TenantAssert withoutTenant() {
        return new TenantAssert(dataSource, Optional.empty());
    }
}
