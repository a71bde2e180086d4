package io.tenantdatasource.internal.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import org.junit.jupiter.api.Test;

/** The class is what its generator writes; {@code -Dguarded-result-set.update} writes it anew. */
class GuardedResultSetTest {

    private static final Path SOURCE = Path.of("src/main/java/io/tenantdatasource/internal/jdbc/GuardedResultSet.java");

    @Test
    void isWhatItsGeneratorWrites() throws IOException {
        String written = GuardedResultSetSource.write();
        if (System.getProperty("guarded-result-set.update") != null) {
            Files.writeString(SOURCE, written, StandardCharsets.UTF_8);
        }
        assertThat(withoutSpaces(Files.readString(SOURCE, StandardCharsets.UTF_8)))
                .as("GuardedResultSet.java; run with -Dguarded-result-set.update, then format")
                .isEqualTo(withoutSpaces(written));
    }

    @Test
    void hasAMethodForEachOfTheRunningJdk() {
        assertThat(Wall.implementsAll(GuardedResultSet.class, ResultSet.class)).isTrue();
    }

    @Test
    void isPassedOverOnAJdkWhoseResultSetHasMore() {
        assertThat(Wall.implementsAll(GuardedResultSet.class, ResultSetOfALaterJdk.class))
                .isFalse();
    }

    private interface ResultSetOfALaterJdk extends ResultSet {
        @SuppressWarnings("unused")
        default void later() {}
    }

    private static String withoutSpaces(String text) {
        return text.replaceAll("\\s", "");
    }
}
