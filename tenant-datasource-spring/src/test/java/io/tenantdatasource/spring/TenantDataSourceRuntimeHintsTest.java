package io.tenantdatasource.spring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.util.ClassUtils;

/** Native images are not built here; what they would be told is compared to what the code does. */
class TenantDataSourceRuntimeHintsTest {

    /** As Spring's ahead-of-time processing finds it. */
    @Test
    void nameTheAnnotationsOfDataSourcesForMigrationsThatAreThere() {
        RuntimeHints hints = new RuntimeHints();
        ClassLoader loader = getClass().getClassLoader();

        SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories", loader)
                .load(RuntimeHintsRegistrar.class)
                .stream()
                .filter(TenantDataSourceRuntimeHints.class::isInstance)
                .forEach(registrar -> registrar.registerHints(hints, loader));

        assertThat(MigrationDataSources.QUALIFIERS)
                .filteredOn(name -> ClassUtils.isPresent(name, loader))
                .isNotEmpty()
                .allSatisfy(
                        name -> assertThat(RuntimeHintsPredicates.reflection().onType(TypeReference.of(name)))
                                .accepts(hints));
    }
}
