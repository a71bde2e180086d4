package io.tenantdatasource.test;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The servers of a JVM, each started when it is first asked for. Safe for use by several threads. */
final class SharedServers {

    static final int ANY_MAJOR = 0;
    private static final int OLDEST_MAJOR = 15;
    private static final int NEWEST_MAJOR = 18;

    private static final SharedServers OF_THIS_JVM = new SharedServers(ServerSettings.ofThisJvm());

    private final ServerSettings settings;
    private final Supplier<PostgresBinaries> binaries;
    private final Map<Integer, Once<PostgresServer>> servers = new ConcurrentHashMap<>();

    SharedServers(ServerSettings settings) {
        this(settings, () -> PostgresBinaries.ofThisPlatform(settings));
    }

    SharedServers(ServerSettings settings, Supplier<PostgresBinaries> binaries) {
        this.settings = settings;
        this.binaries = binaries;
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

    private PostgresServer embedded(int major) {
        PostgresBinaries found = binaries.get();
        if (major == ANY_MAJOR) {
            return EmbeddedServer.start(found.ofClassPath());
        }
        if (found.classPathIsOf(major)) {
            return of(ANY_MAJOR);
        }
        return found.elsewhere(major).map(EmbeddedServer::start).orElseGet(() -> unlessClassPathIsOf(major, found));
    }

    /** Where the name of its jar tells no version, the server has to. */
    private PostgresServer unlessClassPathIsOf(int major, PostgresBinaries found) {
        if (found.classPathIsOfUnknownMajor()) {
            return of(ANY_MAJOR).requireMajor(major, found.whatToAdd(major));
        }
        throw new IllegalStateException("There are no binaries of PostgreSQL " + major + ": " + found.whatToAdd(major));
    }
}
