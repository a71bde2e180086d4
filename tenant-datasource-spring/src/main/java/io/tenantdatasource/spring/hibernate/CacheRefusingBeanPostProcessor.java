package io.tenantdatasource.spring.hibernate;

import io.tenantdatasource.TenantDataSource;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.hibernate.engine.jdbc.connections.spi.ConnectionProvider;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Looks at each factory before anybody is given it. One that is built in the background is waited for. */
final class CacheRefusingBeanPostProcessor implements BeanPostProcessor {

    private final ObjectProvider<TenantHibernateProperties> properties;

    CacheRefusingBeanPostProcessor(ObjectProvider<TenantHibernateProperties> properties) {
        this.properties = properties;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof EntityManagerFactory factory) {
            hibernate(factory)
                    .filter(CacheRefusingBeanPostProcessor::mayBeBound)
                    .filter(sessions -> properties.getObject().refuseCache())
                    .map(sessions -> CachedAcrossTenants.of(sessions, properties.getObject()))
                    .filter(cached -> !cached.isEmpty())
                    .ifPresent(cached -> {
                        throw CacheRefusal.of(beanName, cached);
                    });
        }
        return bean;
    }

    private static Optional<SessionFactoryImplementor> hibernate(EntityManagerFactory factory) {
        try {
            return Optional.of(factory.unwrap(SessionFactoryImplementor.class));
        } catch (PersistenceException e) {
            return Optional.empty(); // another provider's
        }
    }

    private static boolean mayBeBound(SessionFactoryImplementor sessions) {
        ConnectionProvider connections = sessions.getServiceRegistry().getService(ConnectionProvider.class);
        return connections == null
                || !connections.isUnwrappableAs(DataSource.class)
                || mayBeBound(connections.unwrap(DataSource.class));
    }

    private static boolean mayBeBound(DataSource dataSource) {
        try {
            return dataSource.isWrapperFor(TenantDataSource.class);
        } catch (SQLException | RuntimeException e) {
            return true; // a router that has no target at this moment
        }
    }
}
