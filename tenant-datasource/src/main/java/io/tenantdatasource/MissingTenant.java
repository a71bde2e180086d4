package io.tenantdatasource;

/** What a checkout does when the running code works for no tenant. */
public enum MissingTenant {
    /**
     * Hands out a connection that is bound to no tenant: with the bundled policies its statements see and change
     * nothing. Logged as a warning the first time, counted from then on
     * ({@link TenantDataSource#missingTenantCount()}).
     */
    DENY,

    /** Throws {@link MissingTenantException} before a connection is borrowed. */
    FAIL
}
