package io.tenantdatasource.it;

import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static org.assertj.core.api.Assertions.assertThat;

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

    static Wrapped over(PGSimpleDataSource server, Setup setup) {
        return over(server, setup, builder -> builder);
    }

    static Wrapped over(PGSimpleDataSource server, Setup setup, UnaryOperator<TenantDataSource.Builder> options) {
        return around(setup.over(server), setup, options);
    }

    static Wrapped around(DataSource pool, Setup setup, UnaryOperator<TenantDataSource.Builder> options) {
        return new Wrapped(
                pool,
                options.apply(TenantDataSource.builder(pool)
                                .binding(setup.binding())
                                .databaseCheck(false))
                        .build());
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

    /** Looks at the connection that was just given back, as whoever borrows it next past the wrapper. */
    void assertClean() throws SQLException {
        try (Connection next = pool.getConnection()) {
            assertThat(Sql.query(next, ORGANIZATION)).as("tenant after return").isNullOrEmpty();
        }
    }

    @Override
    public void close() {
        dataSource.close();
    }
}
