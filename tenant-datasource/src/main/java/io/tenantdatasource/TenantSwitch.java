package io.tenantdatasource;

/** What a statement does when the running code meanwhile works for another tenant than the connection. */
public enum TenantSwitch {
    /**
     * Throws {@link TenantSwitchException}; the statement never reaches the server. Code that works for no tenant, such
     * as a helper thread, has not switched.
     */
    FAIL,

    /** Goes on for the tenant of the checkout. */
    KEEP
}
