package io.tenantdatasource.internal.jdbc;

import java.lang.reflect.Method;
import java.sql.SQLException;

/**
 * What the wall asks of whoever keeps a connection bound. All but {@link #permit}, {@link #unwrapping} and {@link #discard}
 * are called by one thread at a time, which holds the connection's lock.
 */
public interface Binding {

    /**
     * Called before anything that can show or change a row.
     *
     * @throws SQLException if it must not be sent
     */
    void permit() throws SQLException;

    /**
     * Makes a statement.
     *
     * @param creation a method of {@link java.sql.Connection} that makes one
     * @param args its arguments, or null
     * @return the statement
     * @throws Throwable what the call throws, as it is
     */
    BoundStatement statement(Method creation, Object[] args) throws Throwable;

    /**
     * Makes any other call of the connection.
     *
     * @param kind which event it is
     * @param method a method of {@link java.sql.Connection}
     * @param args its arguments, or null
     * @return its result
     * @throws Throwable what the call throws, as it is
     */
    Object connectionCall(JdbcCall.Kind kind, Method method, Object[] args) throws Throwable;

    /**
     * Makes a call in which the driver sends statements of its own, which are told nothing by themselves.
     *
     * @param kind which event it is
     * @param call the call
     * @return its result
     * @throws Throwable what the call throws, as it is
     */
    Object driverCall(JdbcCall.Kind kind, Call call) throws Throwable;

    /**
     * Called before more rows of an open result may be asked for: they are looked at for whoever the server knows then.
     *
     * @throws SQLException if the server could not be told
     */
    void beforeFetch() throws SQLException;

    /**
     * An object of the pool or the driver is about to leave the wall. Called without the connection's lock: who unwraps may
     * want to cancel the statement that holds it.
     *
     * @return whether {@link #tellBeforeUnwrap()} has to be called
     */
    boolean unwrapping();

    /**
     * Tells the server all there is, before the object leaves the wall.
     *
     * @throws SQLException if it must not leave
     */
    void tellBeforeUnwrap() throws SQLException;

    /**
     * A call has failed. Destroys the connection if it can no longer be trusted.
     *
     * @param failure what was thrown
     */
    void failed(Throwable failure);

    /**
     * Called once, when the user closes the connection and before it goes back to the pool.
     *
     * @return whether it may go back; false if it was destroyed
     * @throws SQLException if resetting it failed; it has been destroyed then, and must not go back
     */
    boolean reset() throws SQLException;

    /** Called once, instead of {@link #reset}, when the user has aborted the connection: destroys it at once. */
    void discard();
}
