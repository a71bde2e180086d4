package io.tenantdatasource.it.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tenantdatasource.test.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The real PgBouncer, as it is installed, before the server of the tests.
 *
 * <p>It hands out the server session that has been idle for the longest time, and has at least two for each user, unless it may have only one: so what
 * one transaction leaves behind is never found by the next one of the same client, but by somebody else.
 *
 * <p>Where it is not installed, tests are skipped, but not in CI. JUnit skips a class from {@code @BeforeAll} on: a static
 * field's initial value is too early.
 */
public final class PgBouncer implements AutoCloseable {

    /** When a client gives its server session back to the others. */
    public enum Pooling {
        TRANSACTION,
        SESSION
    }

    private static final int SESSIONS_OF_THE_SHARED_ONE = 20;
    private static final int SESSIONS_FROM_THE_START = 2;

    private static final String NOT_INSTALLED =
            "PgBouncer is not installed, which the tests behind it need: apt-get install pgbouncer,"
                    + " or what your system has in its place";

    /** PgBouncer refuses to run as root. */
    private static final String INSTEAD_OF_ROOT = "nobody";

    private final Path directory;
    private final Path users;
    private final Path log;
    private final int port;
    private final int sessions;
    private final Process process;
    private final Set<String> knownUsers = new HashSet<>();

    private PgBouncer(Pooling pooling, int sessions, PGSimpleDataSource server) throws IOException {
        this.directory = Files.createTempDirectory("pgbouncer");
        this.users = Files.createFile(directory.resolve("users.txt"));
        this.log = Files.createFile(directory.resolve("log.txt"));
        this.port = freePort();
        this.sessions = sessions;
        Path configuration = Files.writeString(directory.resolve("pgbouncer.ini"), """
                [databases]
                * = host=%s port=%d
                [pgbouncer]
                listen_addr = %s
                listen_port = %d
                unix_socket_dir =
                auth_type = trust
                auth_file = %s
                pool_mode = %s
                default_pool_size = %d
                server_round_robin = 1
                server_idle_timeout = 10
                server_login_retry = 1
                query_wait_timeout = 60
                max_client_conn = 1000
                ignore_startup_parameters = extra_float_digits
                """.formatted(
                        server.getServerNames()[0],
                        portOf(server),
                        InetAddress.getLoopbackAddress().getHostAddress(),
                        port,
                        users,
                        pooling.name().toLowerCase(Locale.ROOT),
                        sessions));
        List<String> command = new ArrayList<>();
        command.add(program().orElseThrow().toString());
        if (Files.getOwner(directory).getName().equals("root")) {
            handOver(directory, users, configuration);
            command.addAll(List.of("-u", INSTEAD_OF_ROOT));
        }
        command.add(configuration.toString());
        this.process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        await("PgBouncer listens", this::listens);
    }

    /** The one that lends a server session to each transaction, started at first use and stopped with the JVM. */
    public static PgBouncer shared() {
        requireInstalled();
        return Shared.BOUNCER;
    }

    private static final class Shared {
        private static final PgBouncer BOUNCER = start();

        private static PgBouncer start() {
            try (TestDatabase any = TestDatabase.create()) {
                PgBouncer bouncer =
                        PgBouncer.start(Pooling.TRANSACTION, SESSIONS_OF_THE_SHARED_ONE, any.administrator());
                Runtime.getRuntime().addShutdownHook(new Thread(bouncer::close));
                return bouncer;
            }
        }
    }

    /**
     * Starts one.
     *
     * @param sessions how many server sessions there are for each user of a database
     * @param server a data source of the server; it goes on to connect directly
     */
    public static PgBouncer start(Pooling pooling, int sessions, PGSimpleDataSource server) {
        requireInstalled();
        try {
            return new PgBouncer(pooling, sessions, server);
        } catch (IOException e) {
            throw new UncheckedIOException("PgBouncer could not be started", e);
        }
    }

    private static void requireInstalled() {
        assumeTrue(isInstalled(), NOT_INSTALLED);
    }

    /**
     * Whether there is one to start.
     *
     * @throws IllegalStateException if there is none, and this is CI
     */
    public static boolean isInstalled() {
        boolean installed = program().isPresent();
        if (!installed && System.getenv("CI") != null) {
            throw new IllegalStateException(NOT_INSTALLED);
        }
        return installed;
    }

    /** Debian has it where only root looks. */
    private static Optional<Path> program() {
        return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(place -> Path.of(place, "pgbouncer"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Puts the bouncer before a data source's server.
     *
     * @param dataSource of any database and user; made to connect through the bouncer from now on
     */
    public void before(PGSimpleDataSource dataSource) {
        try {
            introduce(dataSource);
        } catch (IOException e) {
            throw new UncheckedIOException("PgBouncer could not be told a user", e);
        }
        dataSource.setServerNames(new String[] {InetAddress.getLoopbackAddress().getHostAddress()});
        dataSource.setPortNumbers(new int[] {port});
        await("PgBouncer knows " + dataSource.getUser(), () -> letsIn(dataSource));
    }

    /** PgBouncer lets in whom it knows, asking for no password, and logs in to the server with the one that it was told. */
    private synchronized void introduce(PGSimpleDataSource user) throws IOException {
        if (knownUsers.add(user.getUser())) {
            String line =
                    "\"%s\" \"%s\"%n".formatted(user.getUser(), Objects.requireNonNullElse(user.getPassword(), ""));
            Files.writeString(users, line, StandardOpenOption.APPEND);
            new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid())).start();
        }
    }

    private boolean letsIn(PGSimpleDataSource user) {
        List<Connection> atOnce = new ArrayList<>();
        try {
            for (int i = 0; i < Math.min(sessions, SESSIONS_FROM_THE_START); i++) {
                Connection connection = user.getConnection();
                atOnce.add(connection);
                connection
                        .unwrap(PGConnection.class)
                        .setPrepareThreshold(0); // pgjdbc prepares BEGIN and ROLLBACK as well
                connection.setAutoCommit(false);
                connection.createStatement().execute("select");
            }
            return true;
        } catch (SQLException e) {
            if (e.getMessage().contains("authentication failed")) {
                return false;
            }
            throw new IllegalStateException("PgBouncer does not let " + user.getUser() + " through to the server", e);
        } finally {
            atOnce.forEach(PgBouncer::close);
        }
    }

    private static void close(Connection connection) {
        try (connection) {
            connection.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private void await(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        try {
            while (!condition.getAsBoolean()) {
                if (!process.isAlive() || System.nanoTime() - start > TimeUnit.SECONDS.toNanos(10)) {
                    throw new IllegalStateException(
                            "Waited in vain until " + what + ". It said: " + Files.readString(log));
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static int portOf(PGSimpleDataSource server) {
        int port = server.getPortNumbers()[0];
        return port == 0 ? 5432 : port;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void handOver(Path... files) throws IOException {
        for (Path file : files) {
            Files.setOwner(
                    file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(INSTEAD_OF_ROOT));
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            assertThat(process.waitFor(10, TimeUnit.SECONDS))
                    .as("PgBouncer ends")
                    .isTrue();
            for (File file : directory.toFile().listFiles()) {
                Files.delete(file.toPath());
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
