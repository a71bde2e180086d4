package io.tenantdatasource.spring.actuate;

import io.tenantdatasource.spring.TenantDataSources;
import io.tenantdatasource.spring.startup.StartUpCheckAutoConfiguration;
import io.tenantdatasource.spring.startup.StartUpCheckReport;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** The endpoints {@code tenantdatasources} and {@code whynorow}, where Spring Boot's actuator is there and exposes them. */
@AutoConfiguration(after = StartUpCheckAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(TenantDataSources.class)
public final class TenantEndpointAutoConfiguration {

    TenantEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnAvailableEndpoint
    TenantDataSourcesEndpoint tenantDataSourcesEndpoint(TenantDataSources dataSources, StartUpCheckReport report) {
        return new TenantDataSourcesEndpoint(dataSources, report);
    }

    @Bean
    @ConditionalOnAvailableEndpoint
    WhyNoRowEndpoint tenantWhyNoRowEndpoint(TenantDataSources dataSources) {
        return new WhyNoRowEndpoint(dataSources);
    }
}
