package io.tenantdatasource.test;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL that is unpacked and started for this JVM, and stopped with it by Zonky's hook. */
final class EmbeddedServer {

    private EmbeddedServer() {}

    /** Zonky throws even an error, where the archive cannot be read. */
    static PostgresServer start(PgBinaryResolver binaries) {
        try {
            return serving(builder(binaries).start());
        } catch (IOException | RuntimeException | ExceptionInInitializerError e) {
            return startAgain(binaries, e);
        }
    }

    /**
     * What the programs say goes to the log. After a failure they are run once more, to be listened to. And what failed
     * since somebody else had taken the port in the meantime gets another one.
     */
    private static PostgresServer startAgain(PgBinaryResolver binaries, Throwable first) {
        Path output = temporaryFile();
        try {
            Redirect toFile = Redirect.appendTo(output.toFile());
            return serving(builder(binaries)
                    .setErrorRedirector(toFile)
                    .setOutputRedirector(toFile)
                    .start());
        } catch (IOException | RuntimeException | ExceptionInInitializerError e) {
            e.addSuppressed(first);
            throw new IllegalStateException("The embedded PostgreSQL did not start: " + reason(output, e), e);
        }
    }

    private static EmbeddedPostgres.Builder builder(PgBinaryResolver binaries) {
        return EmbeddedPostgres.builder()
                .setPgBinaryResolver(binaries)
                .setOverrideWorkingDirectory(unpacked())
                .setServerConfig("max_prepared_transactions", "10"); // off by default, and XA needs them
    }

    private static PostgresServer serving(EmbeddedPostgres process) {
        PGSimpleDataSource administrator = new PGSimpleDataSource();
        administrator.setURL(process.getJdbcUrl("postgres", "postgres"));
        administrator.setUser("postgres");
        return PostgresServer.thatEndsWithTheJvm(administrator, process);
    }

    /** One directory a user: nobody stumbles over, or can write to, what another one has unpacked. */
    private static File unpacked() {
        return new File(
                System.getProperty("java.io.tmpdir"), "tenant-datasource-test-" + System.getProperty("user.name"));
    }

    private static Path temporaryFile() {
        try {
            Path file = Files.createTempFile("tenant-datasource-test", ".log");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("The directory of temporary files cannot be written to", e);
        }
    }

    /** By the programs' own words, such as {@code initdb: error: …}; they end on a hint to look elsewhere. */
    private static String reason(Path output, Throwable failure) {
        List<String> lines = lines(output);
        String said = lines.stream()
                .filter(line -> Stream.of("error:", "FATAL:", "HINT:", "hint:", "unshare:")
                        .anyMatch(line::contains))
                .collect(Collectors.joining("; "));
        if (!said.isEmpty()) {
            return said;
        }
        return lines.isEmpty() ? rootMessage(failure) : lines.get(lines.size() - 1);
    }

    private static List<String> lines(Path output) {
        try {
            return new String(Files.readAllBytes(output), Charset.defaultCharset())
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String rootMessage(Throwable failure) {
        if (failure.getCause() != null) {
            return rootMessage(failure.getCause());
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
