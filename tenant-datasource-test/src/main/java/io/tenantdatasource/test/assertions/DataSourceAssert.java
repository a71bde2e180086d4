package io.tenantdatasource.test.assertions;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.test.Tenants;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;

/** Chooses for whom something is asserted. */
public final class DataSourceAssert {

    private final DataSource dataSource;
    private final MissingRows missingRows;

    DataSourceAssert(DataSource dataSource) {
        this(dataSource, MissingRows.asBound());
    }

    private DataSourceAssert(DataSource dataSource, MissingRows missingRows) {
        this.dataSource = dataSource;
        this.missingRows = missingRows;
    }

    /**
     * Lets failures tell whether a row that is not seen is hidden, or not there.
     *
     * @param seesAll as {@link io.tenantdatasource.check.WhyNoRow#diagnosing} takes it, such as {@link
     *     io.tenantdatasource.test.TestDatabase#administrator()}
     * @return the same, with more to tell
     */
    public DataSourceAssert diagnosing(DataSource seesAll) {
        return new DataSourceAssert(
                dataSource, MissingRows.diagnosedBy(Objects.requireNonNull(seesAll, "seesAll is null")));
    }

    /**
     * For a tenant.
     *
     * @param tenant an organization, or one of its users
     * @return what to assert of it
     */
    public TenantAssert as(Tenant tenant) {
        return new TenantAssert(dataSource, missingRows, Optional.of(Objects.requireNonNull(tenant, "tenant is null")));
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
        return new TenantAssert(dataSource, missingRows, Optional.empty());
    }
}
