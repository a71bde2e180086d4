package io.tenantdatasource.test;

import static io.tenantdatasource.test.EmbeddedServers.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** As far as it can be seen without Docker; where that is there, a container is started. */
class ContainerServerTest {

    private static final ServerSettings CONTAINER = settings(ServerSettings.SERVER, "container");

    @Test
    void theImageIsThatOfTheMajorAndHasTheSettingsOfTheEmbeddedServer() throws Exception {
        try (PostgreSQLContainer container = ContainerServer.container(CONTAINER, 17)) {
            assertThat(ContainerServer.image(CONTAINER, 17)).isEqualTo("postgres:17");
            assertThat(container.getCommandParts())
                    .startsWith("postgres")
                    .contains("fsync=off", "max_connections=300", "max_prepared_transactions=10");
            assertThat(container.getDatabaseName()).isEqualTo("postgres");
            assertThat(container.getUsername()).isEqualTo("postgres");
            assertThat(container.getPassword()).hasSizeGreaterThan(20);
        }
    }

    @Test
    void aPropertyNamesAnotherImage() {
        ServerSettings mirrored = settings(ServerSettings.IMAGE, "mirror.example/postgres:{major}-alpine");

        assertThat(ContainerServer.image(mirrored, 16)).isEqualTo("mirror.example/postgres:16-alpine");
        ContainerServer.container(mirrored, 16).close(); // which Testcontainers would refuse if it were no substitute
    }

    @Test
    void withoutDockerASentenceSaysSo() {
        SharedServers servers = new SharedServers(CONTAINER);
        if (DockerClientFactory.instance().isDockerAvailable()) {
            assertThat(servers.of(17).major()).isEqualTo(17);
            return;
        }
        assertThatThrownBy(() -> servers.of(17))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "-Dtenant-datasource.test.server=container asks for a container of postgres:17, and Docker cannot be"
                                + " reached: start it, or leave the property out for an embedded PostgreSQL")
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> servers.of(SharedServers.ANY_MAJOR)).hasMessageContaining("postgres:18");
    }

    @Test
    void withoutTestcontainersASentenceSaysWhatToAdd() throws Exception {
        try (URLClassLoader loader = withoutTestcontainers()) {
            @SuppressWarnings("unchecked")
            Callable<String> asking = (Callable<String>) loader.loadClass(AsksForAContainer.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();

            assertThat(asking.call())
                    .isEqualTo(
                            "-Dtenant-datasource.test.server=container needs Testcontainers, which is not on the class"
                                    + " path: add org.testcontainers:testcontainers-postgresql to the dependencies of the tests");
        }
    }

    /** Has classes of its own of this module, and none of Testcontainers. */
    private static URLClassLoader withoutTestcontainers() {
        ClassLoader others = new ClassLoader(ContainerServerTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (name.startsWith("org.testcontainers.") || name.startsWith("io.tenantdatasource.test.")) {
                    throw new ClassNotFoundException(name);
                }
                return super.loadClass(name, resolve);
            }
        };
        return new URLClassLoader(
                new URL[] {locationOf(ContainerServer.class), locationOf(ContainerServerTest.class)}, others);
    }

    private static URL locationOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    /** Returns what is said. */
    public static final class AsksForAContainer implements Callable<String> {

        /** Made by name. */
        public AsksForAContainer() {}

        @Override
        public String call() {
            try {
                new SharedServers(settings(ServerSettings.SERVER, "container")).of(17);
                return "started";
            } catch (IllegalStateException e) {
                return e.getMessage();
            }
        }
    }
}
