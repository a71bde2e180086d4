package io.tenantdatasource.it.pgtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tenantdatasource.test.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * Debian's pgTAP and its pg_prove, against the server of the tests. Where they are missing, tests are skipped, but not in CI.
 */
final class PgProve {

    private static final String NOT_INSTALLED = "pg_prove and pgTAP are not installed: apt-get install"
            + " libtap-parser-sourcehandler-pgtap-perl, and postgresql-15-pgtap or its pgtap.sql in /usr/local/share/pgtap";

    private PgProve() {}

    /** Skips a test, or fails it in CI, where there is nothing to run it with. */
    static void requireInstalled() {
        boolean installed = program().isPresent() && pgTap().isPresent();
        if (!installed && System.getenv("CI") != null) {
            throw new IllegalStateException(NOT_INSTALLED);
        }
        assumeTrue(installed, NOT_INSTALLED);
    }

    /**
     * Loads pgTAP as a script, for the embedded server has extensions of its own only. In a schema of its own, as everything in
     * those of the application is tested.
     */
    static void loadInto(TestDatabase database) throws SQLException, IOException {
        PGSimpleDataSource administrator = database.administrator();
        administrator.setPreferQueryMode(PreferQueryMode.SIMPLE);
        try (Connection connection = administrator.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create schema tap; set search_path to tap");
            statement.execute(Files.readString(pgTap().orElseThrow()));
            statement.execute("do $$ begin execute format('alter database %I set search_path to public, tap',"
                    + " current_database()); end $$");
        }
    }

    /** Runs a file of tests, as the administrator unless it is somebody else. */
    static Tap run(PGSimpleDataSource user, Path file) {
        List<String> command = List.of(
                program().orElseThrow().toString(),
                "--verbose",
                "-h",
                user.getServerNames()[0],
                "-p",
                String.valueOf(user.getPortNumbers()[0] == 0 ? 5432 : user.getPortNumbers()[0]),
                "-U",
                user.getUser(),
                "-d",
                user.getDatabaseName(),
                file.toString());
        try {
            Path out = Files.createTempFile("pg_prove", ".out");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
            if (user.getPassword() != null) {
                builder.environment().put("PGPASSWORD", user.getPassword());
            }
            builder.environment().put("PGCLIENTENCODING", "UTF8");
            builder.environment().put("LC_ALL", "C.UTF-8");
            Process process = builder.start();
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("%s ends", command)
                    .isTrue();
            Tap tap = new Tap(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
            Files.delete(out);
            return tap;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Optional<Path> program() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(place -> Path.of(place, "pg_prove"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The same SQL for all versions of the server, so any version's package will do. */
    private static Optional<Path> pgTap() {
        Path servers = Path.of("/usr/share/postgresql");
        Path alone = Path.of("/usr/local/share/pgtap/pgtap.sql");
        try (Stream<Path> versions = Files.isDirectory(servers) ? Files.list(servers) : Stream.empty()) {
            return Stream.concat(versions.map(version -> version.resolve("extension/pgtap.sql")), Stream.of(alone))
                    .filter(Files::isReadable)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
