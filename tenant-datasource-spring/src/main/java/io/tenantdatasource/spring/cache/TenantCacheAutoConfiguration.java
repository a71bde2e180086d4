package io.tenantdatasource.spring.cache;

import io.tenantdatasource.spring.CurrentTenant;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Has Spring's caches answer each tenant with what was put for that tenant: every {@code CacheManager} bean is wrapped, so that each key
 * carries the tenant of the running code, its user included. So {@code @Cacheable} needs no organization in its keys.
 *
 * <p>Without a tenant a call goes past the cache: nothing is found, and nothing is kept. What is evicted without a tenant is evicted for
 * all, as nobody knows for whom it has changed, and so is what is cleared, by whomever.
 *
 * <p>{@code tenant-datasource.caches.shared} names the caches that are the same for every tenant; {@code
 * tenant-datasource.caches.by-tenant=false} leaves all as they are. A bean that something asks for by its own class, such as {@code
 * CaffeineCacheManager}, is a {@code CacheManager} and no more: inject that. One that is created too early to be wrapped stops the start.
 */
@AutoConfiguration(after = TenantDataSourceAutoConfiguration.class)
@ConditionalOnBean(CurrentTenant.class)
@ConditionalOnProperty(name = TenantCacheProperties.BY_TENANT, matchIfMissing = true)
@EnableConfigurationProperties(TenantCacheProperties.class)
public final class TenantCacheAutoConfiguration {

    TenantCacheAutoConfiguration() {}

    /** Static, and given providers only: so nothing is created before the other post-processors are there. */
    @Bean
    static TenantCacheBeanPostProcessor tenantCacheBeanPostProcessor(
            ObjectProvider<TenantCacheProperties> properties, ObjectProvider<CurrentTenant> current) {
        return new TenantCacheBeanPostProcessor(properties, current);
    }

    @Bean
    static SharedCacheManagers sharedCacheManagers(
            ConfigurableListableBeanFactory beans, TenantCacheBeanPostProcessor wrapping) {
        return new SharedCacheManagers(beans, wrapping);
    }
}
