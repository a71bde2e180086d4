package io.tenantdatasource.internal.jdbc;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Brings something to the server with the statements of a connection. Called by one thread at a time, which holds the
 * connection's lock.
 */
public interface Carrier {

    /** For a connection that was told all at checkout. */
    Carrier NOTHING = new Carrier() {};

    /**
     * Makes a call on the connection itself. A statement that it returns carries by itself.
     *
     * @param physical the connection that was borrowed
     * @param method the method of {@link Connection}
     * @param args its arguments, or null
     * @return the result of the call
     * @throws Throwable what the call throws, as it is
     */
    default Object call(Connection physical, Method method, Object[] args) throws Throwable {
        return JdbcProxy.forward(physical, method, args);
    }

    /**
     * Tells the server all there is, before a call that can carry nothing: {@code updateRow}, metadata, a LOB.
     *
     * @throws SQLException if that failed; the call must not be made
     */
    default void beforeOtherCall() throws SQLException {}

    /**
     * Ends what {@link #beforeOtherCall()} began.
     *
     * @throws SQLException if that failed
     */
    default void afterOtherCall() throws SQLException {}

    /**
     * Called before an object of the pool or the driver leaves the wall, where nothing can be carried any more.
     *
     * @throws SQLException if it must not leave
     */
    default void beforeUnwrap() throws SQLException {}
}
