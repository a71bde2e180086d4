package io.tenantdatasource.spring;

import io.tenantdatasource.TenantDataSource;

/**
 * Has a say in how a data source is bound, after the properties and before it is built. Beans of this type are applied in
 * their order.
 *
 * <pre>{@code
 * @Bean
 * static TenantDataSourceCustomizer plan(Plans plans) {
 *     return (beanName, builder) -> builder.setting("app.plan", plans::nameFor);
 * }
 * }</pre>
 *
 * <p>They are created together with the first data source, so what they are given must not need one: take an {@code
 * ObjectProvider} of it.
 */
@FunctionalInterface
public interface TenantDataSourceCustomizer {

    /**
     * Changes how the connections of a data source are bound.
     *
     * @param beanName the name of the {@code DataSource} bean
     * @param builder what builds the wrapper around it
     */
    void customize(String beanName, TenantDataSource.Builder builder);
}
