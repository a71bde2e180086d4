package io.tenantdatasource.internal.jdbc;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.jdbc.PgStatement;

/**
 * What a native image is told is what the code asks for. No image is built here; run with {@code -Dnative-image.update} to write the
 * files anew. Three of them, which every GraalVM since 22 reads; the single one came with that for JDK 23.
 */
class NativeImageMetadataTest {

    private static final Path METADATA =
            Path.of("src/main/resources/META-INF/native-image/io.tenantdatasource/tenant-datasource");
    /** Regular expressions. */
    private static final List<String> RESOURCES =
            List.of("io/tenantdatasource/.*[.]sql", "io/tenantdatasource/internal/jdbc/jdbc-methods[.]txt");

    /** {@code TransactionTeller} puts the tenant before what is in a batch of the driver's already. */
    private static final List<String> BATCH = List.of("batchStatements", "batchParameters");

    static Stream<Map.Entry<String, String>> files() {
        return Map.of(
                "proxy-config.json", proxies(),
                "reflect-config.json", reflection(),
                "resource-config.json", resources())
                .entrySet()
                .stream();
    }

    @ParameterizedTest
    @MethodSource("files")
    void isWhatTheCodeAsksFor(Map.Entry<String, String> file) throws IOException {
        Path approved = METADATA.resolve(file.getKey());
        if (System.getProperty("native-image.update") != null) {
            Files.createDirectories(METADATA);
            Files.writeString(approved, file.getValue());
        }
        assertThat(approved).hasContent(file.getValue());
    }

    @Test
    void theFieldsOfTheDriverAreThere() {
        assertThat(PgStatement.class.getDeclaredFields())
                .extracting(Field::getName)
                .containsAll(BATCH);
    }

    @Test
    void eachResourceIsNamed() throws IOException {
        Path root = Path.of("src/main/resources");
        try (Stream<Path> files = Files.walk(root.resolve("io"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> root.relativize(file).toString().replace(File.separatorChar, '/')))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(RESOURCES).anyMatch(name::matches));
        }
    }

    /** Each alone: what stands before an object of the driver has the interface that JDBC knows, and no other. */
    private static String proxies() {
        return Wall.guardedTypes().stream()
                .map(type -> "  {\"interfaces\": [\"" + type.getName() + "\"]}")
                .collect(joining(",\n", "[\n", "\n]\n"));
    }

    private static String reflection() {
        return """
                [
                  {"name": "%s", "allPublicMethods": true},
                  {"name": "%s", "allDeclaredMethods": true},
                  {
                    "condition": {"typeReachable": "%3$s"},
                    "name": "%3$s",
                    "fields": [%4$s]
                  }
                ]
                """.formatted(
                ResultSet.class.getName(),
                GuardedResultSet.class.getName(),
                PgStatement.class.getName(),
                BATCH.stream().map(field -> "{\"name\": \"" + field + "\"}").collect(joining(", ")));
    }

    private static String resources() {
        return RESOURCES.stream()
                .map(pattern -> "    {\"pattern\": \"" + pattern + "\"}")
                .collect(joining(",\n", "{\n  \"resources\": {\"includes\": [\n", "\n  ]}\n}\n"));
    }
}
