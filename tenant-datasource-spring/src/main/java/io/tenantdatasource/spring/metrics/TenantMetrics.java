package io.tenantdatasource.spring.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.spring.TenantDataSourceCustomizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Gives each data source a listener that counts. The registry is looked up once all singletons are there: data sources
 * are created early, and a registry that was created with them would miss its own post-processors and filters.
 */
final class TenantMetrics implements TenantDataSourceCustomizer, SmartInitializingSingleton {

    private final ObjectProvider<MeterRegistry> beans;
    private final Map<String, MeteringListener> listeners = new HashMap<>();

    /** Null until they are known. */
    private List<MeterRegistry> registries;

    TenantMetrics(ObjectProvider<MeterRegistry> beans) {
        this.beans = beans;
    }

    @Override
    public void customize(String beanName, TenantDataSource.Builder builder) {
        builder.listener(listener(beanName));
    }

    /** A bean of a scope goes on with the listener that it had. */
    private synchronized MeteringListener listener(String beanName) {
        MeteringListener known = listeners.get(beanName);
        if (known != null) {
            return known;
        }
        MeteringListener listener = new MeteringListener(beanName);
        listeners.put(beanName, listener);
        if (registries != null) {
            listener.registerIn(registries);
        }
        return listener;
    }

    @Override
    public void afterSingletonsInstantiated() {
        registerIn(registries());
    }

    private synchronized void registerIn(List<MeterRegistry> found) {
        registries = found;
        listeners.values().forEach(listener -> listener.registerIn(found));
    }

    /** Where there are several, Spring Boot makes a primary one that stands for all. */
    private List<MeterRegistry> registries() {
        MeterRegistry one = beans.getIfUnique();
        return one == null ? beans.orderedStream().toList() : List.of(one);
    }
}
