package io.tenantdatasource.internal.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** Decides what may happen on a connection, and how it ends. */
public interface ConnectionGuard {

    /**
     * Called before a statement is sent to the server.
     *
     * @throws SQLException if it must not be sent
     */
    void beforeStatement() throws SQLException;

    /**
     * Called once, when the user closes the connection and before it goes back to the pool.
     *
     * @param physical the connection that was borrowed
     * @return whether it may go back; false if it was destroyed before
     * @throws SQLException if that failed; the connection has been destroyed then, and must not go back
     */
    boolean reset(Connection physical) throws SQLException;

    /**
     * Called when a statement has failed in a way that leaves the connection in an unknown state: destroys it.
     *
     * @param physical the connection that was borrowed
     * @param failure what the driver threw
     */
    void distrust(Connection physical, Throwable failure);

    /**
     * Called once, instead of {@link #reset}, when the user has aborted the connection: destroys it at once.
     *
     * @param physical the connection that was borrowed
     */
    void discard(Connection physical);
}
