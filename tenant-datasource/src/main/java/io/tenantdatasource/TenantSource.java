package io.tenantdatasource;

import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/** Knows all tenants there are to work for. */
@FunctionalInterface
public interface TenantSource {

    /**
     * Returns the tenants. Called while no tenant is set, as a query for one tenant would find that one alone.
     *
     * @return each tenant, in the order in which to work for them; neither null nor with a null in it
     * @throws SQLException if they cannot be told
     */
    List<Tenant> tenants() throws SQLException;

    /**
     * Asks a database, each time anew.
     *
     * <p>The data source connects as a role that sees all organizations, such as the maintenance role of the policies. One
     * that is bound to a tenant shows its rows for nobody: no rows, unless the table is everybody's. So nothing found there is
     * taken for a mistake, and thrown; nothing found elsewhere is logged as a warning.
     *
     * @param maintenance where to ask, a bare pool as a rule; {@link TenantDataSource#pool()} is the one behind a wrapper
     * @param sql a query with one column, the organization's id; with an order, if a run is to be resumed
     * @return the source. It throws the driver's exception, {@code 02000} (no data) for what is said above, {@code 22004} for
     *     an id that is null, and {@code 42601} for a query of several columns
     */
    static TenantSource from(DataSource maintenance, String sql) {
        return new QueriedTenants(maintenance, sql);
    }
}
