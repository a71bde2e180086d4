package io.tenantdatasource.internal.checkout;

import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The server sessions of the connections that are checked out, to see that each has one of its own.
 *
 * <p>Behind a pooler that lends sessions for a transaction at a time, two connections can be in one session, and one
 * connection in several, one after the other. What is set for the session of one is then the tenant of another.
 */
final class ServerSessions {

    private final Map<String, WeakReference<Connection>> inUse = new ConcurrentHashMap<>();

    /**
     * A connection has been bound in a session.
     *
     * @throws SharedSessionException if another one is in it; that one has been destroyed
     */
    void enter(String session, Connection physical) throws SharedSessionException {
        WeakReference<Connection> former = inUse.put(session, new WeakReference<>(physical));
        Connection other = former == null ? null : former.get();
        if (other != null && other != physical && isOpen(other)) {
            Destruction.destroy(other);
            throw new SharedSessionException("Two connections that were checked out at once are in one server session;"
                    + " both were destroyed");
        }
    }

    /**
     * A connection has been reset in a session.
     *
     * @throws SharedSessionException if it had been bound in another
     */
    void leave(String bound, String reset) throws SharedSessionException {
        inUse.remove(bound);
        if (!bound.equals(reset)) {
            throw new SharedSessionException("A connection was bound in one server session and reset in another");
        }
    }

    void forget(String bound) {
        inUse.remove(bound);
    }

    /** One that was given up without being closed does not count: its server process may be gone, and the number taken. */
    private static boolean isOpen(Connection connection) {
        try {
            return !connection.isClosed();
        } catch (SQLException e) {
            return false;
        }
    }

    /** Sessions are shared between connections. */
    static final class SharedSessionException extends SQLException {

        private static final long serialVersionUID = 1L;

        SharedSessionException(String what) {
            super(
                    what
                            + ". A pooler that shares sessions between transactions, such as PgBouncer in transaction mode, is"
                            + " between this data source and the server, and TenantBinding.CHECKOUT cannot isolate there."
                            + " Use TenantBinding.TRANSACTION, or let the pooler keep a session for each connection",
                    "0A000");
        }
    }
}
