package io.tenantdatasource.internal.binding;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Who a session works as, asked where it is told a tenant: that covers a tenant which somebody has left, and no role.
 *
 * @param role the role that is assumed, {@code none} if none
 * @param user who the session works as, where no role is assumed
 */
public record SessionRole(String role, String user) {

    /** The columns to ask for. */
    public static final String COLUMNS = "pg_catalog.current_setting('role'),session_user";

    /**
     * Reads the columns.
     *
     * @param row the row, at which the result stands
     * @param from where the columns begin
     * @return what they say
     * @throws SQLException if the driver cannot
     */
    public static SessionRole read(ResultSet row, int from) throws SQLException {
        return new SessionRole(row.getString(from), row.getString(from + 1));
    }

    /**
     * Refuses a session that somebody has left to another role.
     *
     * @param checked the connection, and who it is to work as
     * @throws SQLException if it works as somebody else
     */
    public void require(CheckedConnection checked) throws SQLException {
        Inventory atConnect = checked.atConnect().inventory();
        String expected = checked.settings().assumesRole()
                ? checked.values().get(checked.values().size() - 1)
                : atConnect.role();
        if (atConnect.isKnown()) {
            require(expected, atConnect.user());
        }
    }

    /**
     * Refuses a session that works as somebody else.
     *
     * @param expectedRole the role that has to be assumed, {@code none} if none
     * @param expectedUser who the session has to work as, where no role is assumed
     * @throws SQLException if it works as somebody else
     */
    public void require(String expectedRole, String expectedUser) throws SQLException {
        if (!role.equals(expectedRole) || !user.equals(expectedUser)) {
            throw new SQLException(
                    "This session works in another role than when it was new, left there by a statement or a function",
                    "55006");
        }
    }
}
