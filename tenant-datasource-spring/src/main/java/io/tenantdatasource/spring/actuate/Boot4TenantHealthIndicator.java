package io.tenantdatasource.spring.actuate;

import io.tenantdatasource.spring.TenantDataSources;
import io.tenantdatasource.spring.startup.StartUpCheckReport;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** For Spring Boot 4. */
final class Boot4TenantHealthIndicator implements HealthIndicator {

    private final TenantDataSources dataSources;
    private final StartUpCheckReport report;

    Boot4TenantHealthIndicator(TenantDataSources dataSources, StartUpCheckReport report) {
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
