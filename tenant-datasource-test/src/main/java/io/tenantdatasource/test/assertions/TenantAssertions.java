package io.tenantdatasource.test.assertions;

import io.tenantdatasource.TenantDataSource;
import java.sql.SQLException;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * Where assertions about tenants begin.
 *
 * <pre>{@code
 * assertThat(dataSource).as(ACME).sees("invoices", 2);
 * assertThat(dataSource).as(GLOBEX).seesNothing("select * from invoices where id = ?", id);
 * assertThat(dataSource).as(GLOBEX).cannotInsert("insert into invoices (organization_id) values (?)", acmesId);
 * }</pre>
 */
public final class TenantAssertions {

    private TenantAssertions() {}

    /**
     * About what tenants can do over a data source.
     *
     * @param dataSource a {@link TenantDataSource}, or one that wraps it; by its resolver it has to follow {@link
     *     io.tenantdatasource.TenantContext}, as it does by default
     * @return what to assert of it
     * @throws IllegalArgumentException if it wraps none, so that nothing would tell it the tenant
     */
    public static DataSourceAssert assertThat(DataSource dataSource) {
        Objects.requireNonNull(dataSource, "dataSource is null");
        if (!isBound(dataSource)) {
            throw new IllegalArgumentException("Nothing tells " + dataSource
                    + " the tenant: it is no TenantDataSource, and wraps none. Pass the wrapped one");
        }
        return new DataSourceAssert(dataSource);
    }

    private static boolean isBound(DataSource dataSource) {
        try {
            return dataSource instanceof TenantDataSource || dataSource.isWrapperFor(TenantDataSource.class);
        } catch (SQLException e) {
            throw new IllegalStateException("What " + dataSource + " wraps could not be asked: " + e.getMessage(), e);
        }
    }
}
