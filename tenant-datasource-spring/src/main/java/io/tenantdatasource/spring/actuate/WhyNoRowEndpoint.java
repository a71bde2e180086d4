package io.tenantdatasource.spring.actuate;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.check.RowAnswer;
import io.tenantdatasource.check.WhyNoRow;
import io.tenantdatasource.spring.TenantDataSources;
import java.sql.SQLException;
import java.util.List;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Tells why an organization does not see a row, as the application's user. It runs a query and names roles, so it is an endpoint
 * of its own: whoever exposes the other one does not expose this.
 */
@Endpoint(id = "whynorow")
final class WhyNoRowEndpoint {

    private final TenantDataSources dataSources;

    WhyNoRowEndpoint(TenantDataSources dataSources) {
        this.dataSources = dataSources;
    }

    /**
     * Asks for the rows that have a value in a column.
     *
     * @param dataSource the bean's name
     * @param table as SQL names it
     * @param column as it stands in the catalogue
     * @param value as PostgreSQL writes it
     * @param organization for whom it is asked
     * @throws InvalidEndpointRequestException if no such bean is bound
     */
    @WriteOperation
    RowAnswer whyNoRow(@Selector String dataSource, String table, String column, String value, String organization)
            throws SQLException {
        List<TenantDataSource> bound = dataSources.boundBy(dataSource);
        if (bound.isEmpty()) {
            throw new InvalidEndpointRequestException(
                    "no data source of that name is bound", "the endpoint tenantdatasources shows the names of all");
        }
        try (TenantContext.Scope scope = TenantContext.open(Tenant.of(organization))) {
            return WhyNoRow.in(table).whereColumn(column, value).ask(bound.get(0));
        }
    }
}
