package io.tenantdatasource.it.program;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** The wrapper. */
record Bound(TenantDataSource dataSource) implements Place {

    static Bound over(DataSource pool, Surroundings surroundings) {
        TenantDataSource.Builder builder =
                TenantDataSource.builder(pool).binding(surroundings.binding()).databaseCheck(false);
        return new Bound(
                surroundings.assumesRole()
                        ? builder.assumeRole(World.ASSUMED_ROLE).build()
                        : builder.build());
    }

    @Override
    public Connection checkOut(Worker worker) throws SQLException {
        if (worker.tenant().isEmpty()) {
            return dataSource.getConnection();
        }
        try (TenantContext.Scope scope = TenantContext.open(worker.tenant().orElseThrow())) {
            return dataSource.getConnection();
        }
    }

    @Override
    public void giveBack(Connection connection) throws SQLException {
        connection.close();
    }
}
