package io.tenantdatasource.internal.binding;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a session is and holds, apart from the tenant. Taken when a connection is seen for the first time, which tells what
 * the pool or the URL has set at connect; compared with when a connection goes back.
 *
 * @param session what {@link SessionSettings} calls the session
 * @param process the number of the server's process
 * @param role the role that was assumed, {@code none} if none
 * @param user who the session works as, where no role is assumed
 * @param cursors the holdable cursors, which outlive their transaction; empty if none
 * @param channels what it listens to; empty if nothing
 * @param temporary its temporary tables and the like, by their number; empty if none
 */
public record Inventory(
        String session, int process, String role, String user, String cursors, String channels, String temporary) {

    /** Marks what is sent at connect and on return, for whoever reads the server's log. */
    static final String OUR_OWN = "/*tenant-datasource*/";

    /** Names are aggregated in the order of their bytes; no operator is looked up on the user's search path. */
    private static final String COLUMNS = SessionSettings.SESSION
            + ", pg_catalog.pg_backend_pid()"
            + ", pg_catalog.current_setting('role')"
            + ", session_user"
            + ", (select pg_catalog.concat(pg_catalog.string_agg(name, ' ' order by name collate \"C\"))"
            + " from pg_catalog.pg_cursors where is_holdable)"
            + ", (select pg_catalog.concat(pg_catalog.string_agg(channel, ' ' order by channel collate \"C\"))"
            + " from pg_catalog.pg_listening_channels() as channel)"
            + ", case when pg_catalog.pg_my_temp_schema() operator(pg_catalog.=) 0 then '' else"
            + " (select pg_catalog.concat(pg_catalog.string_agg(oid::pg_catalog.text, ' ' order by oid)) from"
            + " (select oid from pg_catalog.pg_class"
            + " where relnamespace operator(pg_catalog.=) pg_catalog.pg_my_temp_schema()"
            + " union all select oid from pg_catalog.pg_proc"
            + " where pronamespace operator(pg_catalog.=) pg_catalog.pg_my_temp_schema()) as temporary) end";

    /** Of a driver that gives no result: nothing of it can be brought back. */
    private static final Inventory UNKNOWN = new Inventory("", 0, "none", "", "", "", "");

    static final String QUERY = OUR_OWN + "select " + COLUMNS;

    /**
     * Asks the server, in a round trip of its own.
     *
     * @param connection a connection that is idle
     * @return what its session holds
     * @throws SQLException if the server could not say
     */
    public static Inventory of(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
            return statement.execute() ? read(statement.getResultSet()) : UNKNOWN;
        }
    }

    SessionRole worksAs() {
        return new SessionRole(role, user);
    }

    /** Whether it can be compared with. */
    boolean isKnown() {
        return !session.isEmpty();
    }

    static final int COLUMN_COUNT = 7;

    /** Which parts differ, without what they hold: channels and cursors are named by the application. */
    String differenceTo(Inventory other) {
        List<String> parts = new ArrayList<>();
        addIfDifferent(parts, "the role", role, other.role);
        addIfDifferent(parts, "the session's user", user, other.user);
        addIfDifferent(parts, "holdable cursors", cursors, other.cursors);
        addIfDifferent(parts, "channels listened to", channels, other.channels);
        addIfDifferent(parts, "temporary tables", temporary, other.temporary);
        return String.join(", ", parts);
    }

    private static void addIfDifferent(List<String> parts, String part, String value, String other) {
        if (!value.equals(other)) {
            parts.add(part);
        }
    }

    static Inventory read(ResultSet row) throws SQLException {
        row.next();
        return new Inventory(
                row.getString(1),
                row.getInt(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7));
    }
}
