package io.tenantdatasource.spring.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** The meters of one data source in one registry, all there from the start, so that nothing has to happen to be shown. */
record Meters(
        Timer bind,
        Timer reset,
        Counter missingTenant,
        Counter switchRefused,
        Counter destroyed,
        Counter poolerDetected) {

    static Meters in(MeterRegistry registry, String dataSource) {
        return new Meters(
                timer(TenantMeter.BIND, registry, dataSource),
                timer(TenantMeter.RESET, registry, dataSource),
                counter(TenantMeter.MISSING_TENANT, registry, dataSource),
                counter(TenantMeter.SWITCH_REFUSED, registry, dataSource),
                counter(TenantMeter.DESTROYED, registry, dataSource),
                counter(TenantMeter.POOLER_DETECTED, registry, dataSource));
    }

    private static Timer timer(TenantMeter meter, MeterRegistry registry, String dataSource) {
        return Timer.builder(meter.meter())
                .description(meter.description())
                .tag(TenantMeter.DATA_SOURCE, dataSource)
                .register(registry);
    }

    private static Counter counter(TenantMeter meter, MeterRegistry registry, String dataSource) {
        return Counter.builder(meter.meter())
                .description(meter.description())
                .tag(TenantMeter.DATA_SOURCE, dataSource)
                .register(registry);
    }
}
