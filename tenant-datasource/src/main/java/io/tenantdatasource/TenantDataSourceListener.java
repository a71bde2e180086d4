package io.tenantdatasource;

import java.time.Duration;
import java.util.Optional;

/**
 * Is told what a {@link TenantDataSource} does, for metrics and audit.
 *
 * <p>Called on the thread that does it, while the connection is in hand: be quick, and be safe for concurrent use. What
 * a listener throws is logged and changes nothing.
 */
public interface TenantDataSourceListener {

    /**
     * A connection was bound and is about to be handed out.
     *
     * @param tenant the tenant, or empty if it was bound to none
     * @param took how long binding took, the round trip included
     */
    default void bound(Optional<Tenant> tenant, Duration took) {}

    /**
     * A connection was reset and is about to go back to the pool.
     *
     * @param tenant the tenant that it was bound to, or empty
     * @param took how long roll-back and reset took
     */
    default void reset(Optional<Tenant> tenant, Duration took) {}

    /** A connection was asked for while no tenant was set. */
    default void missingTenant() {}

    /**
     * A statement was refused with {@link TenantSwitchException}.
     *
     * @param checkedOutFor the tenant of its connection, or empty
     * @param current the tenant of the running code
     */
    default void switchRefused(Optional<Tenant> checkedOutFor, Tenant current) {}

    /**
     * Connections were found to share server sessions, as behind a transaction pooler, where {@link
     * TenantBinding#CHECKOUT} cannot isolate. Told with each connection that is destroyed for that reason.
     */
    default void poolerDetected() {}

    /**
     * A connection that could not be bound or reset was destroyed instead of being used or returned.
     *
     * @param tenant the tenant that it was, or was to be, bound to, or empty
     * @param cause what went wrong
     */
    default void destroyed(Optional<Tenant> tenant, Throwable cause) {}
}
