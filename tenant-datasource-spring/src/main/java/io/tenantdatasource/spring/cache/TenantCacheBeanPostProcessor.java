package io.tenantdatasource.spring.cache;

import io.tenantdatasource.spring.CurrentTenant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.cache.CacheManager;

/** Wraps each {@link CacheManager} bean before anybody is given it. */
final class TenantCacheBeanPostProcessor implements BeanPostProcessor {

    private final ObjectProvider<TenantCacheProperties> properties;
    private final ObjectProvider<CurrentTenant> current;
    private final Set<String> wrapped = ConcurrentHashMap.newKeySet();

    TenantCacheBeanPostProcessor(
            ObjectProvider<TenantCacheProperties> properties, ObjectProvider<CurrentTenant> current) {
        this.properties = properties;
        this.current = current;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof CacheManager manager && !ScopedProxyUtils.isScopedTarget(beanName)) {
            wrapped.add(beanName);
            return new TenantCacheManager(
                    manager,
                    () -> current.getObject().get(),
                    properties.getObject().shared());
        }
        return bean;
    }

    boolean hasWrapped(String beanName) {
        return wrapped.contains(beanName);
    }
}
