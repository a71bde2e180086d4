package io.tenantdatasource.spring.cache;

import io.tenantdatasource.Tenant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.springframework.cache.Cache;

/** A cache whose keys are the current tenant's. Without a tenant nothing is in it. */
final class TenantCache implements Cache {

    private final Cache cache;
    private final Supplier<Optional<Tenant>> current;

    /** For whom it was asked for, by a method's advice as a rule, right before the method runs. */
    private final Optional<Tenant> askedFor;

    /** The key whose value, when it comes, is nobody's, whoever the thread works for that brings it. */
    private final AtomicReference<Object> awaitedByNobody = new AtomicReference<>();

    TenantCache(Cache cache, Supplier<Optional<Tenant>> current) {
        this.cache = cache;
        this.current = current;
        this.askedFor = current.get();
    }

    @Override
    public String getName() {
        return cache.getName();
    }

    @Override
    public Object getNativeCache() {
        return cache.getNativeCache();
    }

    @Override
    public ValueWrapper get(Object key) {
        return of(key).map(cache::get).orElse(null);
    }

    @Override
    public <T> T get(Object key, Class<T> type) {
        return of(key).map(own -> cache.get(own, type)).orElse(null);
    }

    @Override
    public <T> T get(Object key, Callable<T> loader) {
        Optional<TenantKey> own = of(key);
        if (own.isPresent()) {
            return cache.get(own.get(), loader);
        }
        try {
            return loader.call();
        } catch (Exception e) {
            throw new ValueRetrievalException(key, loader, e);
        }
    }

    @Override
    public CompletableFuture<?> retrieve(Object key) {
        Optional<TenantKey> own = of(key);
        if (own.isEmpty()) {
            awaitedByNobody.set(key);
            return null;
        }
        return cache.retrieve(own.get());
    }

    @Override
    public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> loader) {
        Optional<TenantKey> own = of(key);
        return own.isPresent() ? cache.retrieve(own.get(), loader) : loader.get();
    }

    @Override
    public void put(Object key, Object value) {
        toWrite(key).ifPresent(own -> cache.put(own, value));
    }

    @Override
    public ValueWrapper putIfAbsent(Object key, Object value) {
        return toWrite(key).map(own -> cache.putIfAbsent(own, value)).orElse(null);
    }

    @Override
    public void evict(Object key) {
        of(key).ifPresentOrElse(cache::evict, cache::clear);
    }

    @Override
    public boolean evictIfPresent(Object key) {
        return of(key).map(cache::evictIfPresent).orElseGet(cache::invalidate);
    }

    @Override
    public void clear() {
        cache.clear();
    }

    @Override
    public boolean invalidate() {
        return cache.invalidate();
    }

    private Optional<TenantKey> of(Object key) {
        return current.get().map(tenant -> new TenantKey(tenant, key));
    }

    /** What a future brings is put on whichever thread completes it, and that one may work for somebody else. */
    private Optional<TenantKey> toWrite(Object key) {
        Object nobodys = awaitedByNobody.get();
        if (key.equals(nobodys) && awaitedByNobody.compareAndSet(nobodys, null)) {
            return Optional.empty();
        }
        return current.get()
                .filter(tenant -> askedFor.isEmpty() || askedFor.get().equals(tenant))
                .map(tenant -> new TenantKey(tenant, key));
    }

    @Override
    public String toString() {
        return "TenantCache over " + cache;
    }
}
