package io.tenantdatasource;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Promise 9: no compiled class of the core mentions a class of a driver or a pool, but those which TRANSACTION loads. */
class NoDriverOrPoolIsNamedTest {

    private static final List<String> DRIVERS_AND_POOLS = List.of(
            "org/postgresql", "com/impossibl", "com/zaxxer", "io/agroal", "org/apache", "com/mchange", "oracle/ucp");

    @Test
    void inAnyCompiledClassOfTheDefaultPath() throws IOException, URISyntaxException {
        Path classes = Path.of(TenantDataSource.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            List<Path> compiled =
                    files.filter(NoDriverOrPoolIsNamedTest::isOnTheDefaultPath).toList();
            assertThat(compiled).hasSizeGreaterThan(20);
            for (Path file : compiled) {
                String constants = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertThat(constants).as("%s", file).doesNotContain(DRIVERS_AND_POOLS);
            }
        }
    }

    private static boolean isOnTheDefaultPath(Path file) {
        return file.toString().endsWith(".class")
                && !file.getParent().endsWith(Path.of("internal", "pgjdbc"))
                && !file.endsWith("module-info.class");
    }
}
