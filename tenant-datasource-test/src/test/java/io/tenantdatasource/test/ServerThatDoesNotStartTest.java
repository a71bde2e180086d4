package io.tenantdatasource.test;

import static io.tenantdatasource.test.EmbeddedServers.asOwnServer;
import static io.tenantdatasource.test.EmbeddedServers.settings;
import static io.tenantdatasource.test.Sql.execute;
import static io.tenantdatasource.test.Sql.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.util.PSQLException;

/** What is said then, to the first one who asks, and to all others. */
class ServerThatDoesNotStartTest {

    private static final int NOT_OF_CLASS_PATH =
            PostgresBinaries.ofThisPlatform(settings()).classPathIsOf(17) ? 16 : 17;
    private static final String BINARIES = ServerSettings.BINARIES + NOT_OF_CLASS_PATH;

    @Test
    void anEmbeddedOneIsQuoted(@TempDir Path directory) throws IOException {
        Path refusing = archive(directory, """
                #!/bin/sh
                echo 'starting'
                echo 'initdb: error: cannot be run as root'
                echo 'initdb: hint: Please log in (using, e.g., "su") as the (unprivileged) user.' >&2
                exit 1
                """);

        assertThatThrownBy(() -> start(NOT_OF_CLASS_PATH, BINARIES, refusing.toString()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "The embedded PostgreSQL did not start: initdb: error: cannot be run as root; initdb: hint: Please"
                                + " log in (using, e.g., \"su\") as the (unprivileged) user.")
                .hasStackTraceContaining("initdb");
    }

    @Test
    void binariesThatAreNoneAreTold(@TempDir Path directory) throws IOException {
        Path broken = Files.writeString(directory.resolve("broken.txz"), "no archive");

        assertThatThrownBy(() -> start(NOT_OF_CLASS_PATH, BINARIES, broken.toString()))
                .hasMessageStartingWith("The embedded PostgreSQL did not start: ")
                .hasMessageContaining("EOFException");
    }

    @Test
    void whatFailedByChanceIsTriedOnceMore() {
        AtomicInteger tries = new AtomicInteger();
        PgBinaryResolver classPath = PostgresBinaries.ofThisPlatform(settings()).ofClassPath();

        PostgresServer server = EmbeddedServer.start((system, architecture) -> {
            if (tries.incrementAndGet() == 1) {
                throw new IOException("by chance");
            }
            return classPath.getPgBinary(system, architecture);
        });

        assertThat(server.major()).isPositive();
        server.stop();
    }

    @Test
    void everybodyIsToldTheSameAndNothingIsTriedAgain(@TempDir Path directory) throws IOException {
        Path tries = directory.resolve("tries");
        Path refusing = archive(directory, "#!/bin/sh\necho tried >> " + tries + "\necho 'FATAL: refused'\nexit 1\n");
        SharedServers servers = new SharedServers(settings(BINARIES, refusing.toString()));

        Throwable first = catchThrowable(() -> servers.of(NOT_OF_CLASS_PATH));
        int triesOfFirst = Files.readAllLines(tries).size();
        Throwable second = catchThrowable(() -> servers.of(NOT_OF_CLASS_PATH));

        assertThat(first).isInstanceOf(IllegalStateException.class).hasMessageEndingWith("FATAL: refused");
        assertThat(second)
                .isNotSameAs(first)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(first.getMessage());
        assertThat(second.getCause()).isNotNull().isSameAs(first.getCause());
        assertThat(Files.readAllLines(tries)).hasSize(triesOfFirst);
    }

    @Test
    void anOwnOneThatDoesNotListenIsNamed() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }

        assertThatThrownBy(() -> start(
                        0,
                        ServerSettings.URL,
                        "jdbc:postgresql://localhost:" + free + "/postgres?password=secret",
                        ServerSettings.USER,
                        "me"))
                .hasMessageStartingWith("The server that -Dtenant-datasource.test.url names, localhost:" + free
                        + ", could not be reached as me:")
                .hasMessageContaining("refused")
                .hasRootCauseInstanceOf(IOException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    @Timeout(60)
    void aWrongPasswordIsTold() throws SQLException {
        PostgresServer server = EmbeddedServers.OF_ALL_MAJORS.of(SharedServers.ANY_MAJOR);
        PGSimpleDataSource administrator = server.dataSource("postgres");
        String rules = query(administrator, "select pg_read_file(setting) from pg_settings where name = 'hba_file'");
        execute(administrator, "create role careful superuser login password 'right'");
        writeRules(administrator, "host all careful all scram-sha-256\n" + rules);
        try {
            assertThatThrownBy(() -> new SharedServers(
                                    asOwnServer(ServerSettings.USER, "careful", ServerSettings.PASSWORD, "wrong"))
                            .of(0))
                    .hasMessageContaining("could not be reached as careful: FATAL: password authentication failed")
                    .hasMessageNotContaining("wrong")
                    .hasCauseInstanceOf(IllegalStateException.class)
                    .hasRootCauseInstanceOf(PSQLException.class);
            assertThat(new SharedServers(asOwnServer(ServerSettings.USER, "careful", ServerSettings.PASSWORD, "right"))
                            .of(0)
                            .major())
                    .isPositive();
        } finally {
            writeRules(administrator, rules);
            execute(administrator, "drop role careful");
        }
    }

    /** Returns when the server has read them. */
    private static void writeRules(PGSimpleDataSource administrator, String rules) throws SQLException {
        String loaded = query(administrator, "select pg_conf_load_time()");
        execute(administrator, """
                do $do$
                begin
                  execute format('copy (select nullif(unnest(string_to_array(%%L, chr(10))), %%L)) to %%L with (format csv, delimiter %%L, quote %%L)',
                                 $rules$%s$rules$, '', current_setting('hba_file'), chr(1), chr(2));
                end $do$;
                select pg_reload_conf()""".formatted(rules));
        while (query(administrator, "select pg_conf_load_time()").equals(loaded)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void anOwnUserWhoIsNoSuperuserIsRefused() throws SQLException {
        try (TestDatabase database =
                EmbeddedServers.OF_ALL_MAJORS.of(SharedServers.ANY_MAJOR).createDatabase()) {
            String user = database.createUser("modest").getUser();

            assertThatThrownBy(() -> new SharedServers(asOwnServer(ServerSettings.USER, user)).of(0))
                    .hasMessageContaining("was reached as " + user + ", who is no superuser");
        }
    }

    @Test
    void anOwnOneOfAnotherMajorIsRefused() {
        SharedServers own = new SharedServers(asOwnServer());
        int major = own.of(0).major();
        int other = major == 15 ? 16 : 15;

        assertThat(own.of(major)).isSameAs(own.of(0));
        assertThatThrownBy(() -> own.of(other))
                .hasMessage("PostgreSQL " + other + " is asked for, and the server runs " + major
                        + ": name another by -Dtenant-datasource.test.url");
    }

    @Test
    void aUrlThatIsNoneIsRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> start(0, ServerSettings.URL, "jdbc:mysql://host/db?password=secret"))
                .hasMessageContaining("-Dtenant-datasource.test.url is no URL of a PostgreSQL")
                .satisfies(failure -> assertThat(failure).hasStackTraceContaining("no URL"))
                .satisfies(failure -> assertThat(stackTrace(failure)).doesNotContain("secret"));
    }

    private static String stackTrace(Throwable failure) {
        java.io.StringWriter text = new java.io.StringWriter();
        failure.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }

    @Test
    void anUnknownKindIsRefused() {
        assertThatThrownBy(() -> start(0, ServerSettings.SERVER, "docker"))
                .hasMessageContaining("-Dtenant-datasource.test.server=docker is unknown: write embedded or container");
    }

    private static void start(int major, String... properties) {
        new SharedServers(settings(properties)).of(major);
    }

    /** An archive of binaries with nothing but that as {@code initdb}. */
    private static Path archive(Path directory, String initdb) throws IOException {
        Path archive = directory.resolve("refusing.txz");
        byte[] script = initdb.getBytes(StandardCharsets.UTF_8);
        try (OutputStream file = Files.newOutputStream(archive);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new XZCompressorOutputStream(file))) {
            TarArchiveEntry entry = new TarArchiveEntry("bin/initdb");
            entry.setMode(0755);
            entry.setSize(script.length);
            tar.putArchiveEntry(entry);
            tar.write(script);
            tar.closeArchiveEntry();
        }
        return archive;
    }
}
