package io.tenantdatasource.internal.jdbc;

import java.lang.reflect.Method;
import java.sql.SQLException;
import java.sql.Statement;

/** A statement of the user: one, or several, of the driver's, which run where the tenant is known. */
public interface BoundStatement {

    /**
     * Makes any call that the wall has let pass.
     *
     * @param method a method of {@link Statement} or its like
     * @param args its arguments, or null
     * @return its result
     * @throws Throwable what the call throws, as it is
     */
    Object call(Method method, Object[] args) throws Throwable;

    /**
     * Whether an object of the driver is this one.
     *
     * @param drivers what a result set of the driver names as its statement
     * @return true if it stands for the user's statement
     */
    boolean is(Object drivers);

    /**
     * The driver's statement as the user has made it, for {@code unwrap}.
     *
     * @return the statement, with what was set on it
     * @throws SQLException if it could not be made
     */
    Statement plain() throws SQLException;
}
