package io.tenantdatasource;

/**
 * How much of a server session is brought back when its connection goes back to the pool. What the pool or the URL has set
 * at connect stays, and so does what the driver has prepared.
 */
public enum SessionReset {
    /**
     * What can show another tenant's rows: the tenant, the role, holdable cursors, temporary tables, and channels that are
     * listened to. On a connection on which only plain statements have run that is the tenant alone. Never costs a round trip
     * of its own where the tenant is reset anyway.
     */
    ISOLATING,
    /**
     * All that SQL text and JDBC's setters change: also settings such as {@code search_path} or the time zone, advisory locks,
     * and statements that SQL text has prepared. Where anything but plain statements has run, three more round trips on
     * return; and one when a connection is seen for the first time. Settings that no module of the server has defined, such as
     * {@code my.setting}, are not among what the server lists, and stay.
     */
    FULL
}
