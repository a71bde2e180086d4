package io.tenantdatasource.spring.actuate;

import io.tenantdatasource.spring.TenantDataSources;
import io.tenantdatasource.spring.startup.StartUpCheckReport;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/** For Spring Boot 3.5. */
final class Boot3TenantHealthIndicator implements HealthIndicator {

    private final TenantDataSources dataSources;
    private final StartUpCheckReport report;

    Boot3TenantHealthIndicator(TenantDataSources dataSources, StartUpCheckReport report) {
        this.dataSources = dataSources;
        this.report = report;
    }

    @Override
    public Health health() {
        TenantDataSourceHealth health = TenantDataSourceHealth.of(dataSources, report);
        return (health.isUp() ? Health.up() : Health.down())
                .withDetails(health.details())
                .build();
    }
}
