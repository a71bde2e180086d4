package io.tenantdatasource.internal.binding;

import io.tenantdatasource.internal.sql.Backslash;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What the server has said when the settings were written.
 *
 * @param session what {@link SessionSettings} calls the session
 * @param role who it works as
 * @param backslash how it reads constants
 * @param holdsMore whether it holds anything that a text or a function may have left in it, or the pool at connect
 */
record Written(String session, SessionRole role, Backslash backslash, boolean holdsMore) {

    private static final String COLUMNS = SessionSettings.SESSION
            + ", " + SessionRole.COLUMNS
            + ", pg_catalog.current_setting('standard_conforming_strings'), ";

    /** Where nobody can have left anything yet. */
    static final String AT_CHECKOUT = COLUMNS + "false";

    /** Holdable cursors, channels that it listens to, and whether it has ever had temporary objects. */
    static final String ON_RETURN = COLUMNS
            + "pg_catalog.pg_my_temp_schema() operator(pg_catalog.<>) 0"
            + " or exists (select from pg_catalog.pg_cursor() where is_holdable)"
            + " or exists (select from pg_catalog.pg_listening_channels())";

    /** Reads a row of which these are the columns from one on. */
    static Written read(ResultSet result, int from) throws SQLException {
        result.next();
        return new Written(
                result.getString(from),
                SessionRole.read(result, from + 1),
                Backslash.of(result.getString(from + 3).equals("on")),
                result.getBoolean(from + 4));
    }
}
