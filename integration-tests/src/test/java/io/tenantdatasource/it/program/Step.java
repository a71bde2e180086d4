package io.tenantdatasource.it.program;

import java.sql.SQLException;

/** One thing that an application does with a connection. A record, so that a test can be written of it. */
interface Step {

    /** Does it, and writes down what an application can see of it; what it throws is written down by who calls. */
    void go(Hand hand) throws SQLException;
}
