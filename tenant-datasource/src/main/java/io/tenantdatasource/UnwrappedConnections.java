package io.tenantdatasource;

/**
 * What becomes of a connection on which {@code unwrap} has handed out an object of the driver or the pool, when it goes back.
 * Such an object goes on to work after {@code close()}, on whatever the session does then; nothing can revoke it.
 */
public enum UnwrappedConnections {
    /** It goes back to the pool, as soon as its session was brought back. Whoever has unwrapped must let go by then. */
    KEEP,
    /** It is destroyed, so that what was handed out reaches nobody's session. The pool connects anew. */
    DESTROY
}
