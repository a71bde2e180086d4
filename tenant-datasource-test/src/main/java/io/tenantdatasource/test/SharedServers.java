package io.tenantdatasource.test;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The servers of a JVM, each started when it is first asked for. Safe for use by several threads. */
final class SharedServers {

    static final int ANY_MAJOR = 0;
    private static final int OLDEST_MAJOR = 15;
    private static final int NEWEST_MAJOR = 18;

    private static final SharedServers OF_THIS_JVM = new SharedServers(ServerSettings.ofThisJvm());

    private final ServerSettings settings;
    private final Map<Integer, Once<PostgresServer>> servers = new ConcurrentHashMap<>();

    SharedServers(ServerSettings settings) {
        this.settings = settings;
    }

    static SharedServers ofThisJvm() {
        return OF_THIS_JVM;
    }

    PostgresServer of(int major) {
        requireSupported(major);
        return servers.computeIfAbsent(major, asked -> new Once<>(() -> start(asked)))
                .get();
    }

    private static void requireSupported(int major) {
        if (major != ANY_MAJOR && (major < OLDEST_MAJOR || major > NEWEST_MAJOR)) {
            throw new IllegalArgumentException("PostgreSQL " + major + " is not supported: ask for " + OLDEST_MAJOR
                    + " to " + NEWEST_MAJOR + ", or for " + ANY_MAJOR + ", which takes whatever is there");
        }
    }

    private PostgresServer start(int major) {
        return switch (settings.kind()) {
            case OWN -> own(major);
            case CONTAINER -> container(major);
            case EMBEDDED -> embedded(major);
        };
    }

    private PostgresServer own(int major) {
        return major == ANY_MAJOR
                ? OwnServer.connect(settings)
                : of(ANY_MAJOR).requireMajor(major, "name another by -D" + ServerSettings.URL);
    }

    private PostgresServer container(int major) {
        if (major == ANY_MAJOR) {
            return of(NEWEST_MAJOR);
        }
        try {
            return ContainerServer.start(settings, major)
                    .requireMajor(major, "name another image by -D" + ServerSettings.IMAGE);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "-D" + ServerSettings.SERVER
                            + "=container needs Testcontainers, which is not on the class path: add"
                            + " org.testcontainers:testcontainers-postgresql to the dependencies of the tests",
                    e);
        }
    }

    /** Where its name tells that the class path's archive is of that major, or where only the server can tell. */
    private PostgresServer embedded(int major) {
        PostgresBinaries binaries = PostgresBinaries.ofThisPlatform(settings);
        if (major == ANY_MAJOR) {
            return EmbeddedServer.start(binaries.ofClassPath());
        }
        if (binaries.classPathIsOf(major)) {
            return of(ANY_MAJOR);
        }
        return binaries.elsewhere(major)
                .map(EmbeddedServer::start)
                .orElseGet(() -> binaries.classPathIsOfUnknownMajor()
                        ? of(ANY_MAJOR).requireMajor(major, binaries.whatToAdd(major))
                        : missing(binaries, major));
    }

    private static PostgresServer missing(PostgresBinaries binaries, int major) {
        throw new IllegalStateException(
                "There are no binaries of PostgreSQL " + major + ": " + binaries.whatToAdd(major));
    }
}
