package io.tenantdatasource.internal.pgjdbc;

import java.sql.SQLException;
import java.util.UUID;

/**
 * What stands in the errors that statements of ours raise on purpose, and in no others: it is made anew for each data source.
 *
 * @param leftover the session was found to work for somebody else
 * @param asked the server takes the settings, which was all that was asked
 */
record Marks(String leftover, String asked) {

    static Marks ofOneDataSource() {
        String secret = UUID.randomUUID().toString();
        return new Marks(
                "tenant-datasource " + secret
                        + ": this session holds another tenant or role, left there by a statement or a" + " function",
                "tenant-datasource " + secret + ": asked");
    }

    static boolean isIn(SQLException e, String mark) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && cause.getMessage().contains(mark)) {
                return true;
            }
        }
        return false;
    }

    /** A statement that fails, whatever the session is. */
    String failing() {
        return "select pg_catalog.current_setting('" + asked + "')";
    }
}
