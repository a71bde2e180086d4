package io.tenantdatasource;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.slf4j.LoggerFactory;

/** All tenants that a query finds. */
record QueriedTenants(DataSource dataSource, String sql) implements TenantSource {

    QueriedTenants {
        Objects.requireNonNull(dataSource, "data source is null");
        Objects.requireNonNull(sql, "sql is null");
    }

    @Override
    public List<Tenant> tenants() throws SQLException {
        List<Tenant> found = find();
        if (found.isEmpty()) {
            tellThatThereAreNone();
        }
        return found;
    }

    private List<Tenant> find() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            requireOneColumn(rows.getMetaData().getColumnCount());
            return read(rows);
        }
    }

    private List<Tenant> read(ResultSet rows) throws SQLException {
        List<Tenant> tenants = new ArrayList<>();
        while (rows.next()) {
            String organization = rows.getString(1);
            if (organization == null) {
                throw new SQLException(
                        "Row " + (tenants.size() + 1) + " of the query for the tenants is null: " + sql
                                + ". Leave such rows out of it",
                        "22004");
            }
            tenants.add(Tenant.of(organization));
        }
        return tenants;
    }

    private void requireOneColumn(int columns) throws SQLException {
        if (columns != 1) {
            throw new SQLException(
                    "The query for the tenants has " + columns + " columns: " + sql
                            + ". Select one, the organization's id",
                    "42601");
        }
    }

    /** Policies show no rows rather than throw: what sees none cannot tell whether there are none. */
    private void tellThatThereAreNone() throws SQLException {
        if (dataSource.isWrapperFor(TenantDataSource.class)) {
            throw new SQLException(
                    "The query for the tenants found none: " + sql
                            + ". Its data source binds connections to a tenant, and shows"
                            + " this query the rows of nobody. Ask a pool that is not wrapped, TenantDataSource.pool() or"
                            + " another one, as a role that sees all organizations",
                    "02000");
        }
        LoggerFactory.getLogger(EachTenant.class)
                .warn(
                        "The query for the tenants found none, so there is nobody to work for: {}. If there are some, ask as a"
                                + " role that sees them, such as the maintenance role",
                        sql);
    }
}
