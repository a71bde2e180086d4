package io.tenantdatasource.spring.cache;

import io.tenantdatasource.spring.internal.MisconfigurationException;
import java.util.Arrays;
import java.util.List;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.cache.CacheManager;

/**
 * Stops the start if there is a {@link CacheManager} that was not wrapped: one that was created before post-processors were, as
 * another of them asked for it, or that is no bean but was registered as it is.
 */
final class SharedCacheManagers implements SmartInitializingSingleton {

    private final ConfigurableListableBeanFactory beans;
    private final TenantCacheBeanPostProcessor wrapping;

    SharedCacheManagers(ConfigurableListableBeanFactory beans, TenantCacheBeanPostProcessor wrapping) {
        this.beans = beans;
        this.wrapping = wrapping;
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<String> shared = Arrays.stream(beans.getBeanNamesForType(CacheManager.class, true, false))
                .filter(name -> !ScopedProxyUtils.isScopedTarget(name))
                .filter(name -> beans.containsSingleton(name) && !wrapping.hasWrapped(name))
                .toList();
        if (!shared.isEmpty()) {
            throw new MisconfigurationException(
                    "The CacheManager " + shared
                            + " would answer a tenant with what was put for another: it was created before it"
                            + " could be wrapped.",
                    "Have no BeanPostProcessor depend on it, nor register it as a singleton by hand. If its caches are to be the"
                            + " same for all tenants, set " + TenantCacheProperties.BY_TENANT + "=false.");
        }
    }
}
