package io.tenantdatasource.spring.logging;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import io.tenantdatasource.spring.TenantDataSources;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/**
 * With {@code tenant-datasource.logging.mdc=true}, the tenant is in SLF4J's MDC while a scope of {@link TenantContext} is
 * open, on whichever thread it is. A tenant that a resolver tells without one is not.
 */
@AutoConfiguration(after = TenantDataSourceAutoConfiguration.class)
@ConditionalOnBean(TenantDataSources.class)
@ConditionalOnBooleanProperty("tenant-datasource.logging.mdc")
@EnableConfigurationProperties(TenantLoggingProperties.class)
public final class TenantLoggingAutoConfiguration {

    TenantLoggingAutoConfiguration() {}

    /** Nothing asks for it, so it would never be there where beans are lazy. */
    @Bean
    @Lazy(false)
    TenantMdc tenantMdc(TenantLoggingProperties properties) {
        return new TenantMdc(properties);
    }
}
