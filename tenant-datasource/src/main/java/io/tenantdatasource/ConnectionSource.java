package io.tenantdatasource;

import java.sql.Connection;
import java.sql.SQLException;

/** A way to borrow a connection from the pool. */
@FunctionalInterface
interface ConnectionSource {

    Connection borrow() throws SQLException;
}
