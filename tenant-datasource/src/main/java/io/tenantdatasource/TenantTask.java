package io.tenantdatasource;

/** What {@link EachTenant} runs once for each tenant. With more than one thread, it has to be safe for concurrent use. */
@FunctionalInterface
public interface TenantTask {

    /**
     * Works for a tenant, which is that of {@link TenantContext} too.
     *
     * @param tenant the tenant
     * @throws Exception if it fails for this tenant
     */
    void run(Tenant tenant) throws Exception;
}
