package io.tenantdatasource;

/** When a connection is told its tenant. */
public enum TenantBinding {
    /**
     * On checkout, for the session; reset on return. Two round trips a checkout. Needs a server session of its own for
     * each connection, so it is not for a pooler that shares sessions between transactions.
     */
    CHECKOUT
}
