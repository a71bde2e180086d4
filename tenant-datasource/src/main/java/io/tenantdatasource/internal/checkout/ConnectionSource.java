package io.tenantdatasource.internal.checkout;

import java.sql.Connection;
import java.sql.SQLException;

/** A way to borrow a connection from the pool. */
@FunctionalInterface
public interface ConnectionSource {

    /**
     * Borrows one.
     *
     * @return the connection
     * @throws SQLException if there is none to give
     */
    Connection borrow() throws SQLException;
}
