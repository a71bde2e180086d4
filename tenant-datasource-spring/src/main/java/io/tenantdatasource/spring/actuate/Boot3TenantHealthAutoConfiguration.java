package io.tenantdatasource.spring.actuate;

import io.tenantdatasource.spring.TenantDataSources;
import io.tenantdatasource.spring.startup.StartUpCheckAutoConfiguration;
import io.tenantdatasource.spring.startup.StartUpCheckReport;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * The health contributor {@code tenantDataSource}, with Spring Boot 3.5: up, with what became of each data source, unless one
 * was never wrapped. {@code management.health.tenantdatasource.enabled=false} switches it off.
 */
@AutoConfiguration(after = StartUpCheckAutoConfiguration.class)
@ConditionalOnClass(
        name = {
            "org.springframework.boot.actuate.health.HealthIndicator",
            "org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator"
        })
@ConditionalOnBean(TenantDataSources.class)
@ConditionalOnEnabledHealthIndicator("tenantdatasource")
public final class Boot3TenantHealthAutoConfiguration {

    Boot3TenantHealthAutoConfiguration() {}

    @Bean
    Boot3TenantHealthIndicator tenantDataSourceHealthIndicator(
            TenantDataSources dataSources, StartUpCheckReport report) {
        return new Boot3TenantHealthIndicator(dataSources, report);
    }
}
