package io.tenantdatasource.spring.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantDataSourceListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Counts what one data source does. Until the registries are known, while the application starts, it remembers what
 * happened, and tells it then: migrations and caches run queries early.
 */
final class MeteringListener implements TenantDataSourceListener {

    private final String dataSource;
    private final List<Consumer<Meters>> early = new ArrayList<>();

    /** Null until the registries are known. */
    private volatile List<Meters> meters;

    MeteringListener(String dataSource) {
        this.dataSource = dataSource;
    }

    void registerIn(List<MeterRegistry> registries) {
        List<Meters> known = registries.stream()
                .map(registry -> Meters.in(registry, dataSource))
                .toList();
        synchronized (early) {
            early.forEach(known::forEach);
            early.clear();
            meters = known;
        }
    }

    @Override
    public void bound(Optional<Tenant> tenant, Duration took) {
        tell(all -> all.bind().record(took));
    }

    @Override
    public void reset(Optional<Tenant> tenant, Duration took) {
        tell(all -> all.reset().record(took));
    }

    @Override
    public void missingTenant() {
        tell(all -> all.missingTenant().increment());
    }

    @Override
    public void switchRefused(Optional<Tenant> checkedOutFor, Tenant current) {
        tell(all -> all.switchRefused().increment());
    }

    @Override
    public void poolerDetected() {
        tell(all -> all.poolerDetected().increment());
    }

    @Override
    public void destroyed(Optional<Tenant> tenant, Throwable cause) {
        tell(all -> all.destroyed().increment());
    }

    private void tell(Consumer<Meters> event) {
        if (meters == null && remembered(event)) {
            return;
        }
        meters.forEach(event);
    }

    private boolean remembered(Consumer<Meters> event) {
        synchronized (early) {
            return meters == null && early.add(event);
        }
    }
}
