package io.tenantdatasource.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class TenantMeterTest {

    @Test
    void theDocumentationHasTheTableOfAllMeters() throws IOException {
        assertThat(Files.readString(Path.of("../docs/spring-operations.md")))
                .contains(Arrays.stream(TenantMeter.values())
                        .map(meter -> "| `" + meter.meter() + "` | "
                                + meter.type().name().toLowerCase(Locale.ROOT) + " | " + meter.description() + " |\n")
                        .toList());
    }

    @Test
    void allOfThemAreThereBeforeAnythingHappens() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();

        Meters.in(registry, "dataSource");

        assertThat(registry.getMeters())
                .extracting(
                        meter -> meter.getId().getName(), meter -> meter.getId().getType())
                .containsExactlyInAnyOrder(Arrays.stream(TenantMeter.values())
                        .map(meter -> Tuple.tuple(meter.meter(), meter.type()))
                        .toArray(Tuple[]::new));
    }
}
