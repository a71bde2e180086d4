package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/** The client programs of PostgreSQL, as they are on the path. Where they are missing, tests are skipped, but not in CI. */
final class Psql {

    private static final Path FILES = Path.of("../db/psql");

    private Psql() {}

    static String file(Solution solution) {
        return name(solution) + ".sql";
    }

    static String undoFile(Solution solution) {
        return name(solution) + "-undo.sql";
    }

    static String name(Solution solution) {
        return solution.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Runs one of our files, stopping at the first error, as the files want it. */
    static Result run(PGSimpleDataSource user, String file, String... options) {
        return start(
                user,
                "psql",
                Stream.concat(
                                Stream.of(
                                        "-X",
                                        "-v",
                                        "ON_ERROR_STOP=1",
                                        "-f",
                                        FILES.resolve(file).toString()),
                                Stream.of(options))
                        .toList());
    }

    static Result start(PGSimpleDataSource user, String program, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(program);
        command.addAll(options);
        command.addAll(List.of(
                "-h",
                user.getServerNames()[0],
                "-p",
                String.valueOf(user.getPortNumbers()[0] == 0 ? 5432 : user.getPortNumbers()[0]),
                "-U",
                user.getUser(),
                "-d",
                user.getDatabaseName()));
        try {
            Path out = Files.createTempFile(program, ".out");
            Path err = Files.createTempFile(program, ".err");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            if (user.getPassword() != null) {
                builder.environment().put("PGPASSWORD", user.getPassword());
            }
            builder.environment().put("PGCLIENTENCODING", "UTF8");
            builder.environment().put("LC_ALL", "C.UTF-8");
            Process process = start(builder);
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("%s ends", command)
                    .isTrue();
            Result result = new Result(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
            Files.delete(out);
            Files.delete(err);
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Process start(ProcessBuilder builder) throws IOException {
        try {
            return builder.start();
        } catch (IOException e) {
            if (System.getenv("CI") != null) {
                throw e;
            }
            assumeTrue(false, e.getMessage());
            throw e;
        }
    }

    /** What a program left behind. */
    record Result(int status, String out, String err) {

        Result requireSuccess() {
            assertThat(status).as("status; it said: %s", err).isZero();
            return this;
        }
    }
}
