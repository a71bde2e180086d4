package io.tenantdatasource.datasources;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.util.ClassUtils;

/** Native images are not built here; what they would be told is compared to what the code looks for by its name. */
class RuntimeHintsTest {

    private final ClassLoader loader = getClass().getClassLoader();

    @Test
    void nameTheAnnotationsOfDataSourcesForMigrationsThatThisLineOfSpringBootHas() {
        RuntimeHints hints = hints();

        assertThat(Stream.of("Flyway", "Liquibase").flatMap(this::annotations))
                .hasSize(2)
                .allSatisfy(
                        name -> assertThat(RuntimeHintsPredicates.reflection().onType(TypeReference.of(name)))
                                .accepts(hints));
    }

    /** As Spring's ahead-of-time processing finds them. */
    private RuntimeHints hints() {
        RuntimeHints hints = new RuntimeHints();
        SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories", loader)
                .load(RuntimeHintsRegistrar.class)
                .stream()
                .filter(registrar -> registrar.getClass().getName().startsWith("io.tenantdatasource."))
                .forEach(registrar -> registrar.registerHints(hints, loader));
        return hints;
    }

    private Stream<String> annotations(String tool) {
        String packageOfTool = tool.toLowerCase(Locale.ROOT);
        return Stream.of(
                        "org.springframework.boot." + packageOfTool + ".autoconfigure." + tool + "DataSource",
                        "org.springframework.boot.autoconfigure." + packageOfTool + "." + tool + "DataSource")
                .filter(name -> ClassUtils.isPresent(name, loader));
    }
}
