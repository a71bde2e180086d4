package io.tenantdatasource;

/** When a connection is told its tenant. */
public enum TenantBinding {
    /**
     * On checkout, for the session; reset on return. Two round trips a checkout. Needs a server session of its own for
     * each connection, so it is not for a pooler that shares sessions between transactions.
     */
    CHECKOUT,
    /**
     * Once a transaction, local to it, in the same round trip as its first statement; there is nothing to reset. Right also
     * behind a pooler that shares sessions between transactions, such as PgBouncer. Relies on pgjdbc; over another driver,
     * connections are bound as by {@link #CHECKOUT}, which is logged once. What {@code unwrap} gives is bound for the
     * session, and reset on return. {@code docs/binding.md} tells which path costs what.
     */
    TRANSACTION
}
