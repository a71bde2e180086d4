package io.tenantdatasource.internal.pgjdbc;

import java.sql.SQLException;

/** Ends a connection that could not be told its tenant. */
@FunctionalInterface
public interface BindingFailure {

    /**
     * Destroys the connection.
     *
     * @param cause why it could not be told
     * @return the exception to throw, which explains
     */
    SQLException destroyed(SQLException cause);
}
