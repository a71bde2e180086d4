package io.tenantdatasource.spring.web;

import io.tenantdatasource.Tenant;
import java.security.Principal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** Asks the database, by a query of the application's. */
final class QueriedMembership implements TenantMembership {

    private final String query;
    private final Supplier<DataSource> dataSource;

    QueriedMembership(String query, Supplier<DataSource> dataSource) {
        this.query = query;
        this.dataSource = dataSource;
    }

    @Override
    public boolean isMember(Principal user, Tenant tenant) {
        try (Connection connection = dataSource.get().getConnection();
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, tenant.organizationId());
            statement.setString(2, user.getName());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && saysYes(rows.getObject(1));
            }
        } catch (SQLException e) {
            if (isNoValueOfItsType(e)) {
                return false;
            }
            throw new IllegalStateException(
                    "Could not ask whether a user is a member of an organization. " + TenantProperties.PREFIX + "."
                            + TenantProperties.MEMBERSHIP + " has to be a query with two parameters, the organization's"
                            + " id and the user's name, which the application's role may run: " + e.getMessage(),
                    e);
        }
    }

    /** {@code select exists (…)} and {@code select count(*)} have a row for everybody. */
    private static boolean saysYes(Object value) {
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        return value != null && !Boolean.FALSE.equals(value);
    }

    /**
     * Nobody is a member of what no id can be, and the answer has to be the same as for an id that is nobody's: a text that is no
     * UUID or number (22P02), or a number that is too large (22003). The request is refused here as there.
     */
    private static boolean isNoValueOfItsType(SQLException e) {
        return "22P02".equals(e.getSQLState()) || "22003".equals(e.getSQLState());
    }
}
