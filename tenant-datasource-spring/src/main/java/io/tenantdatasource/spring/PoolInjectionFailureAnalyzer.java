package io.tenantdatasource.spring;

import io.tenantdatasource.TenantDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/**
 * Tells who asks for a pool by its class that the bean is a {@link TenantDataSource} now. Spring finds the bean by the type
 * that its method declares as long as it is not created, and does not find it afterwards: two exceptions, one mistake.
 */
final class PoolInjectionFailureAnalyzer implements FailureAnalyzer {

    private final BeanFactory beans;

    PoolInjectionFailureAnalyzer(BeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BeanNotOfRequiredTypeException wrongType
                    && wrongType.getActualType() == TenantDataSource.class) {
                return analysis("the bean '" + wrongType.getBeanName() + "'", wrongType.getRequiredType(), cause);
            }
            if (cause instanceof NoSuchBeanDefinitionException missing && isAPoolWithin(missing)) {
                return analysis("a bean", missing.getBeanType(), cause);
            }
        }
        return null;
    }

    private boolean isAPoolWithin(NoSuchBeanDefinitionException missing) {
        Class<?> type = missing.getBeanType();
        return type != null
                && type != DataSource.class
                && DataSource.class.isAssignableFrom(type)
                && beans.getBeanProvider(DataSource.class).stream().anyMatch(dataSource -> wraps(dataSource, type));
    }

    private static boolean wraps(DataSource dataSource, Class<?> type) {
        try {
            return dataSource.isWrapperFor(TenantDataSource.class) && dataSource.isWrapperFor(type);
        } catch (SQLException e) {
            return false;
        }
    }

    private static FailureAnalysis analysis(String what, Class<?> poolType, Throwable cause) {
        return new FailureAnalysis(
                "Something asks for " + what + " of type '" + poolType.getName() + "'. The pool is wrapped by a '"
                        + TenantDataSource.class.getName() + "', which binds its connections to the tenant.",
                "Inject javax.sql.DataSource, and call unwrap(" + poolType.getSimpleName()
                        + ".class) on it where the pool itself is needed. Connections from the pool belong to no tenant.",
                cause);
    }
}
