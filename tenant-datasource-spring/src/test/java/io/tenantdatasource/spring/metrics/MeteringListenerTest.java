package io.tenantdatasource.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tenantdatasource.Tenant;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each event counts in the meter that is documented for it, and in no other. */
class MeteringListenerTest {

    private static final Tenant ACME = Tenant.of("acme");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MeteringListener listener = new MeteringListener("dataSource");

    @BeforeEach
    void register() {
        listener.registerIn(List.of(registry));
    }

    private String counted() {
        return registry.getMeters().stream()
                .filter(meter -> meter.measure().iterator().next().getValue() > 0)
                .map(Meter::getId)
                .map(Meter.Id::getName)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    @Test
    void binding() {
        listener.bound(Optional.of(ACME), Duration.ofMillis(3));

        assertThat(counted()).isEqualTo("tenant.datasource.bind");
        assertThat(registry.get("tenant.datasource.bind").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(3);
    }

    @Test
    void resetting() {
        listener.reset(Optional.empty(), Duration.ofMillis(3));

        assertThat(counted()).isEqualTo("tenant.datasource.reset");
        assertThat(registry.get("tenant.datasource.reset").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(3);
    }

    @Test
    void aMissingTenant() {
        listener.missingTenant();

        assertThat(counted()).isEqualTo("tenant.datasource.missing.tenant");
    }

    @Test
    void aRefusedSwitch() {
        listener.switchRefused(Optional.empty(), ACME);

        assertThat(counted()).isEqualTo("tenant.datasource.switch.refused");
    }

    @Test
    void aDestroyedConnection() {
        listener.destroyed(Optional.of(ACME), new IllegalStateException());

        assertThat(counted()).isEqualTo("tenant.datasource.destroyed");
    }

    @Test
    void aPooler() {
        listener.poolerDetected();

        assertThat(counted()).isEqualTo("tenant.datasource.pooler.detected");
    }
}
