package io.tenantdatasource.spring;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;

/** Binds each {@link DataSource} bean as soon as it is set up, before anything can take a connection from it. */
final class TenantDataSourceBeanPostProcessor implements BeanPostProcessor, Ordered {

    private final TenantBinder binder;
    private final ObjectProvider<TenantDataSourceProperties> properties;

    TenantDataSourceBeanPostProcessor(TenantBinder binder, ObjectProvider<TenantDataSourceProperties> properties) {
        this.binder = binder;
        this.properties = properties;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        return bean instanceof DataSource dataSource && !isLeftAlone(beanName) ? bind(dataSource, beanName) : bean;
    }

    /** A scoped proxy calls its target as the very class that was declared; the proxy itself is a bean, and bound. */
    private boolean isLeftAlone(String beanName) {
        return ScopedProxyUtils.isScopedTarget(beanName)
                || properties.getObject().exclude().contains(beanName);
    }

    private DataSource bind(DataSource dataSource, String beanName) {
        try {
            return binder.bind(dataSource);
        } catch (SQLException | RuntimeException e) {
            throw new IllegalStateException(
                    "Could not make the data source '" + beanName + "' bind its connections to a tenant: "
                            + e.getMessage() + ". If it stands before other data sources, declare those as beans, so"
                            + " that each is bound; to leave this one as it is, name it in "
                            + TenantDataSourceProperties.PREFIX + ".exclude",
                    e);
        }
    }

    /** Right around the pool: what others wrap around data sources, to observe them, goes around this. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
