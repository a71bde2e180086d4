package io.tenantdatasource.spring.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import io.tenantdatasource.spring.TenantDataSources;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Counts in Micrometer's registry what each data source does for tenants. The meters' only tag is the name of the data
 * source's bean. {@code management.metrics.enable.tenant.datasource=false} switches them off, as it does with any others.
 */
@AutoConfiguration(after = TenantDataSourceAutoConfiguration.class)
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(TenantDataSources.class)
public final class TenantMetricsAutoConfiguration {

    TenantMetricsAutoConfiguration() {}

    /** Static: it is created with the first data source. */
    @Bean
    static TenantMetrics tenantMetrics(ObjectProvider<MeterRegistry> registries) {
        return new TenantMetrics(registries);
    }
}
