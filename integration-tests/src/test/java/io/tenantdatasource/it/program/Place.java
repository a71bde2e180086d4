package io.tenantdatasource.it.program;

import java.sql.Connection;
import java.sql.SQLException;

/** Where a program gets its connections: from the wrapper, or by hand from the pool alone. */
interface Place {

    Connection checkOut(Worker worker) throws SQLException;

    void giveBack(Connection connection) throws SQLException;
}
