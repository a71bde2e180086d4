package io.tenantdatasource.internal.binding;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What the server has said after the settings were written.
 *
 * @param session what {@link SessionSettings} calls the session
 * @param role who it works as
 */
record Written(String session, SessionRole role) {

    static final String COLUMNS = SessionSettings.SESSION + ", " + SessionRole.COLUMNS;

    /** Reads a row of which these are the columns from one on. */
    static Written read(ResultSet result, int from) throws SQLException {
        result.next();
        return new Written(result.getString(from), SessionRole.read(result, from + 1));
    }
}
