package io.tenantdatasource.spring.hibernate;

import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Refuses to start an application whose Hibernate caches what belongs to one tenant and would answer another one with it:
 * entities, natural ids and collections in the second-level cache, and results in the query cache. What is found in a cache
 * is not asked of the database, so no policy is asked either.
 *
 * <p>Each {@code EntityManagerFactory} bean of Hibernate is looked at when it has been built, unless its data source is known
 * to bind its connections to no tenant. What is the same for every tenant, such as countries, may be cached: {@code
 * tenant-datasource.hibernate.shared-cache} names it. {@code tenant-datasource.hibernate.shared-query-cache=true} lets the
 * query cache be on, and {@code tenant-datasource.hibernate.refuse-cache=false} switches all of this off.
 */
@AutoConfiguration(after = TenantDataSourceAutoConfiguration.class)
@ConditionalOnClass(name = "org.hibernate.engine.spi.SessionFactoryImplementor")
@ConditionalOnProperty(name = "tenant-datasource.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = TenantHibernateProperties.REFUSE_CACHE, matchIfMissing = true)
@EnableConfigurationProperties(TenantHibernateProperties.class)
public final class TenantHibernateAutoConfiguration {

    TenantHibernateAutoConfiguration() {}

    /** Static, and given a provider only: so nothing is created before the other post-processors are there. */
    @Bean
    static CacheRefusingBeanPostProcessor cacheRefusingBeanPostProcessor(
            ObjectProvider<TenantHibernateProperties> properties) {
        return new CacheRefusingBeanPostProcessor(properties);
    }
}
