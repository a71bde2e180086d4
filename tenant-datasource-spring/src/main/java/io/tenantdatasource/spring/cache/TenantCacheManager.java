package io.tenantdatasource.spring.cache;

import io.tenantdatasource.Tenant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;

/** A manager whose caches keep tenants apart, but for those that all of them share. */
final class TenantCacheManager implements CacheManager {

    private final CacheManager manager;
    private final Supplier<Optional<Tenant>> current;
    private final Set<String> shared;

    TenantCacheManager(CacheManager manager, Supplier<Optional<Tenant>> current, Set<String> shared) {
        this.manager = manager;
        this.current = current;
        this.shared = shared;
    }

    /** One that a manager of managers has from another one keeps them apart already. */
    @Override
    public Cache getCache(String name) {
        Cache cache = manager.getCache(name);
        return cache == null || cache instanceof TenantCache || shared.contains(name)
                ? cache
                : new TenantCache(cache, current);
    }

    @Override
    public Collection<String> getCacheNames() {
        return manager.getCacheNames();
    }

    @Override
    public String toString() {
        return "TenantCacheManager over " + manager;
    }
}
