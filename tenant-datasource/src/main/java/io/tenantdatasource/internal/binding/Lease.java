package io.tenantdatasource.internal.binding;

/** Whose the server's session is. */
public enum Lease {

    /** The connection's own, as long as it lives. */
    OWN,

    /** A pooler's, who lends it for a transaction: nothing that is told to it would be there in the next. */
    POOLED
}
