package io.tenantdatasource.spring.http;

import io.tenantdatasource.spring.CurrentTenant;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Has {@link TenantHeaders} at hand for the clients that an application gives it to. */
@AutoConfiguration(after = TenantDataSourceAutoConfiguration.class)
@ConditionalOnBean(CurrentTenant.class)
@EnableConfigurationProperties(TenantHttpClientProperties.class)
public final class TenantHttpClientAutoConfiguration {

    TenantHttpClientAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    static TenantHeaders tenantHeaders(TenantHttpClientProperties properties, CurrentTenant current) {
        return new TenantHeaders(properties, current::get);
    }
}
