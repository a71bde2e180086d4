package io.tenantdatasource.spring.metrics;

import io.micrometer.core.instrument.Meter;

/** All meters. {@code docs/spring-operations.md} has the same as a table. None has a tenant as a tag: there are too many. */
enum TenantMeter {
    BIND("tenant.datasource.bind", Meter.Type.TIMER, "Binding a connection at checkout, the round trip included"),
    RESET("tenant.datasource.reset", Meter.Type.TIMER, "Roll-back and reset of a connection on its return"),
    MISSING_TENANT("tenant.datasource.missing.tenant", Meter.Type.COUNTER, "Checkouts while no tenant was set"),
    SWITCH_REFUSED(
            "tenant.datasource.switch.refused",
            Meter.Type.COUNTER,
            "Statements refused, as the tenant had changed since checkout"),
    DESTROYED(
            "tenant.datasource.destroyed",
            Meter.Type.COUNTER,
            "Connections destroyed, as they could not be bound or reset"),
    POOLER_DETECTED(
            "tenant.datasource.pooler.detected",
            Meter.Type.COUNTER,
            "Connections destroyed, as they shared a server session with others");

    /** The tag of each: the name of the data source's bean. */
    static final String DATA_SOURCE = "datasource";

    private final String meter;
    private final Meter.Type type;
    private final String description;

    TenantMeter(String meter, Meter.Type type, String description) {
        this.meter = meter;
        this.type = type;
        this.description = description;
    }

    String meter() {
        return meter;
    }

    Meter.Type type() {
        return type;
    }

    String description() {
        return description;
    }
}
