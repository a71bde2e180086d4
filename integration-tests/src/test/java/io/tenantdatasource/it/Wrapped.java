package io.tenantdatasource.it;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A pool with a {@link TenantDataSource} around it, and two organizations to use it. */
final class Wrapped implements AutoCloseable {

    static final Tenant ACME = Tenant.of(UUID.fromString("ac3e0000-0000-4000-8000-000000000001"));
    static final Tenant GLOBEX = Tenant.of(UUID.fromString("610be000-0000-4000-8000-000000000002"));

    /** The pool itself, for a look at connections that nobody bound. */
    final DataSource pool;

    final TenantDataSource dataSource;

    private Wrapped(DataSource pool, TenantDataSource dataSource) {
        this.pool = pool;
        this.dataSource = dataSource;
    }

    static Wrapped pool(Pool pool, PGSimpleDataSource server) {
        return pool(pool, server, builder -> builder);
    }

    static Wrapped pool(Pool pool, PGSimpleDataSource server, UnaryOperator<TenantDataSource.Builder> options) {
        DataSource opened = pool.over(server);
        return new Wrapped(
                opened, options.apply(TenantDataSource.builder(opened)).build());
    }

    /** A connection that is bound to {@code tenant}; the running code works for no tenant afterwards. */
    Connection checkout(Tenant tenant) throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(tenant)) {
            return dataSource.getConnection();
        }
    }

    String queryAs(Tenant tenant, String sql) throws SQLException {
        try (Connection connection = checkout(tenant)) {
            return Sql.query(connection, sql);
        }
    }

    @Override
    public void close() {
        dataSource.close();
    }
}
