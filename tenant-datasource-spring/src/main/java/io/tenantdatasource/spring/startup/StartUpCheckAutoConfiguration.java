package io.tenantdatasource.spring.startup;

import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import io.tenantdatasource.spring.TenantDataSources;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Checks, when the application starts, that the database of each bound data source would keep tenants apart: that the role
 * is bound by policies, and that tables have them. {@link io.tenantdatasource.check.Rule} has all that is looked for.
 *
 * <p>{@code tenant-datasource.start-up-check} is {@code warn}, {@code fail} or {@code off}. Unless it is off, each pool
 * opens its first connection at start. Data sources that are left as they are, and lazy ones, are not checked.
 */
@AutoConfiguration(after = TenantDataSourceAutoConfiguration.class)
@ConditionalOnBean(TenantDataSources.class)
@EnableConfigurationProperties(StartUpCheckProperties.class)
public final class StartUpCheckAutoConfiguration {

    StartUpCheckAutoConfiguration() {}

    @Bean
    StartUpCheckReport tenantStartUpCheckReport() {
        return new StartUpCheckReport();
    }

    @Bean
    StartUpCheck tenantStartUpCheck(
            TenantDataSources dataSources, StartUpCheckProperties properties, StartUpCheckReport report) {
        return new StartUpCheck(dataSources, properties, report);
    }
}
