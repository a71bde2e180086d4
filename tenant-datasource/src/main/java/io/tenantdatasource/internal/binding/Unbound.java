package io.tenantdatasource.internal.binding;

import java.sql.SQLException;

/** Ends a connection whose server could not be told, or cannot be proven to have known. */
@FunctionalInterface
public interface Unbound {

    /**
     * Destroys the connection.
     *
     * @param cause what went wrong
     * @return the exception to throw, which explains
     */
    SQLException destroyed(SQLException cause);
}
