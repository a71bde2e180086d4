package io.tenantdatasource.spring;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.TenantResolver;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;

/**
 * Makes every {@link DataSource} bean bind its connections to the tenant of the running code, by wrapping it with a
 * {@link TenantDataSource} as soon as it is set up. {@code tenant-datasource.enabled=false} switches that off, and no
 * other value does.
 *
 * <p><b>The tenant</b> is told by the application's {@link TenantResolver} bean, or by {@link TenantContext#current()} if
 * it has none, and where no scope is open by its {@link FallbackTenantResolver} beans. The bean is looked up when the first
 * connection is checked out; several of which none is primary stop the application from starting.
 *
 * <p><b>Left as they are:</b>
 *
 * <ul>
 *   <li>beans that are, or wrap, a {@code TenantDataSource}. An application that builds one over a pool that is a bean
 *       itself names the pool in {@code tenant-datasource.exclude};
 *   <li>an {@code AbstractRoutingDataSource} whose targets are bound: as beans, one by one. If some are and some are not,
 *       the application does not start;
 *   <li>the targets of scoped proxies. The proxies are bound;
 *   <li>data sources qualified with Spring Boot's {@code @FlywayDataSource} or {@code @LiquibaseDataSource}: migrations run
 *       for no tenant, as the owner of the tables. One that the application gets too, as it is primary or the only one,
 *       stops it from starting. The one that Spring Boot makes of {@code spring.flyway.user} is no bean, and as it was;
 *   <li>beans named in {@code tenant-datasource.exclude}, separated by commas, such as one that is not PostgreSQL.
 * </ul>
 *
 * <p>A {@code LazyConnectionDataSourceProxy} and a {@code TransactionAwareDataSourceProxy} stay the beans that they are.
 * If their target is not bound yet, it is wrapped in its place, so that the one stays lazy and the other joins
 * transactions. The further, read-only target of the former has to be a bean to be bound.
 *
 * <p><b>The pool's own type</b> is no longer that of the bean: what injects {@code HikariDataSource} does not find it,
 * or fails. Inject {@code DataSource}, and ask it: {@code dataSource.unwrap(HikariDataSource.class)}. Spring Boot's pool
 * metadata does the same. Properties such as {@code spring.datasource.hikari.maximum-pool-size} reach the pool as
 * before, and the application context closes it as before.
 *
 * <p>{@link TenantDataSources} tells what became of each; {@link TenantDataSourceCustomizer} beans change how one is bound.
 *
 * <p>A data source that cannot be bound, or that cannot tell whether it is already, stops the application from starting.
 */
@AutoConfiguration
@ConditionalOnProperty(name = TenantDataSourceProperties.PREFIX + ".enabled", matchIfMissing = true)
@EnableConfigurationProperties(TenantDataSourceProperties.class)
public final class TenantDataSourceAutoConfiguration {

    TenantDataSourceAutoConfiguration() {}

    /** Static, and given providers only: so nothing is created before the other post-processors are there. */
    @Bean
    static TenantDataSourceBeanPostProcessor tenantDataSourceBeanPostProcessor(
            ObjectProvider<TenantResolver> resolvers,
            ObjectProvider<FallbackTenantResolver> fallbacks,
            ObjectProvider<TenantDataSourceProperties> properties,
            ObjectProvider<TenantDataSourceCustomizer> customizers,
            ObjectProvider<TenantDataSources> known,
            ConfigurableListableBeanFactory beans) {
        TenantResolver resolver = new ApplicationTenantResolver(resolvers, fallbacks);
        return new TenantDataSourceBeanPostProcessor(
                properties,
                SingletonSupplier.of(() -> new TenantBinder(
                        resolver,
                        properties.getObject(),
                        customizers.orderedStream().toList())),
                new MigrationDataSources(beans),
                known);
    }

    /** What became of each data source. */
    @Bean
    static TenantDataSources tenantDataSources(ConfigurableListableBeanFactory beans) {
        return new TenantDataSources(beans);
    }

    /** For whom its connections would be. */
    @Bean
    static CurrentTenant currentTenant(
            ObjectProvider<TenantResolver> resolvers, ObjectProvider<FallbackTenantResolver> fallbacks) {
        return new CurrentTenant(new ApplicationTenantResolver(resolvers, fallbacks));
    }

    @Bean
    static ConfigurationCheck tenantConfigurationCheck(
            TenantDataSourceProperties properties,
            ObjectProvider<TenantResolver> resolvers,
            ListableBeanFactory beans,
            Environment environment) {
        return new ConfigurationCheck(properties, resolvers, beans, environment);
    }
}
