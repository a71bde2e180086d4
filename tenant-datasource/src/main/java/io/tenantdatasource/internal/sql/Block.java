package io.tenantdatasource.internal.sql;

/** What a text makes of the transaction block that it is run in, as far as it is certain and goes well. */
public enum Block {
    AS_IT_WAS,
    /** It may have begun one. */
    MAYBE_OPEN,
    /** It has ended the last one. */
    ENDED
}
