package io.tenantdatasource.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The folder {@code db} is what its generator writes; {@code -Dtool-scripts.update} writes it anew. */
class ToolScriptsTest {

    private static final Path DB = Path.of("../db");

    @Test
    void areWhatTheirGeneratorWrites() throws IOException {
        Map<String, String> written = ToolScripts.write();
        if (System.getProperty("tool-scripts.update") != null) {
            update(written);
        }
        assertThat(read())
                .as("the files in db/; run with -Dtool-scripts.update, and review the difference")
                .isEqualTo(written);
    }

    private static Map<String, String> read() throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (Path file : files()) {
            files.put(
                    DB.relativize(file).toString().replace('\\', '/'), Files.readString(file, StandardCharsets.UTF_8));
        }
        return files;
    }

    private static void update(Map<String, String> written) throws IOException {
        for (Path file : files()) {
            Files.delete(file);
        }
        for (Map.Entry<String, String> entry : written.entrySet()) {
            Path file = DB.resolve(entry.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, entry.getValue(), StandardCharsets.UTF_8);
        }
    }

    private static List<Path> files() throws IOException {
        if (Files.notExists(DB)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(DB)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
