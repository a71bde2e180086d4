package io.tenantdatasource.spring;

import io.tenantdatasource.spring.TenantDataSources.Treatment;
import io.tenantdatasource.spring.internal.MisconfigurationException;
import java.sql.SQLException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.Ordered;

/** Binds each {@link DataSource} bean as soon as it is set up, before anything can take a connection from it. */
final class TenantDataSourceBeanPostProcessor implements BeanPostProcessor, Ordered {

    private final ObjectProvider<TenantDataSourceProperties> properties;
    private final Supplier<TenantBinder> binder;
    private final MigrationDataSources migrations;
    private final ObjectProvider<TenantDataSources> known;

    TenantDataSourceBeanPostProcessor(
            ObjectProvider<TenantDataSourceProperties> properties,
            Supplier<TenantBinder> binder,
            MigrationDataSources migrations,
            ObjectProvider<TenantDataSources> known) {
        this.properties = properties;
        this.binder = binder;
        this.migrations = migrations;
        this.known = known;
    }

    /** A scoped proxy calls its target as the very class that was declared; the proxy itself is a bean, and bound. */
    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (!(bean instanceof DataSource dataSource) || ScopedProxyUtils.isScopedTarget(beanName)) {
            return bean;
        }
        TenantBinder.Result result = treat(dataSource, beanName);
        known.getObject()
                .add(
                        new TenantDataSources.Entry(beanName, bean.getClass().getName(), result.treatment()),
                        result.dataSource());
        return result.dataSource();
    }

    private TenantBinder.Result treat(DataSource dataSource, String beanName) {
        if (properties.getObject().exclude().contains(beanName)) {
            return new TenantBinder.Result(dataSource, Treatment.EXCLUDED);
        }
        try {
            return migrations.contains(beanName)
                    ? new TenantBinder.Result(dataSource, Treatment.MIGRATION)
                    : binder.get().bind(dataSource, beanName);
        } catch (InvalidConfigurationPropertyValueException e) {
            throw e;
        } catch (SQLException | RuntimeException e) {
            throw notBound(beanName, e);
        }
    }

    private static MisconfigurationException notBound(String beanName, Exception cause) {
        return new MisconfigurationException(
                "Could not make the data source '" + beanName + "' bind its connections to a tenant: "
                        + cause.getMessage() + ".",
                "If it stands before other data sources, declare those as beans, so that each is bound; to leave this one"
                        + " as it is, name it in " + TenantDataSourceProperties.PREFIX + ".exclude.",
                cause);
    }

    /**
     * Right around the pool: what others wrap around data sources, to observe them, goes around this. But after the one that
     * makes proxies for aspects, which is the very first: it can make one of a pool, and none of a final class.
     */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE + 1;
    }
}
