package io.tenantdatasource.test;

import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** A PostgreSQL in a container, by Testcontainers, which removes it after the JVM. Not loaded unless it is asked for. */
final class ContainerServer {

    private ContainerServer() {}

    static PostgresServer start(ServerSettings settings, int major) {
        requireDocker(settings, major);
        PostgreSQLContainer container = container(settings, major);
        try {
            container.start();
        } catch (RuntimeException e) {
            container.close();
            throw new IllegalStateException(
                    "The container of " + image(settings, major) + " did not start: " + e.getMessage(), e);
        }
        PGSimpleDataSource administrator = new PGSimpleDataSource();
        administrator.setURL(container.getJdbcUrl());
        administrator.setUser(container.getUsername());
        administrator.setPassword(container.getPassword());
        return PostgresServer.thatEndsWithTheJvm(administrator, container::close);
    }

    private static void requireDocker(ServerSettings settings, int major) {
        try {
            DockerClientFactory.instance().client();
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    "-D" + ServerSettings.SERVER + "=container asks for a container of " + image(settings, major)
                            + ", and Docker cannot be reached: start it, or leave the property out for an embedded"
                            + " PostgreSQL",
                    e);
        }
    }

    /** Without {@code fsync}, and with the settings that the embedded server has. */
    static PostgreSQLContainer container(ServerSettings settings, int major) {
        PostgreSQLContainer container = new PostgreSQLContainer(
                DockerImageName.parse(image(settings, major)).asCompatibleSubstituteFor("postgres"));
        container
                .withDatabaseName("postgres")
                .withUsername("postgres")
                .withPassword(UUID.randomUUID().toString())
                .setCommand(
                        "postgres",
                        "-c",
                        "fsync=off",
                        "-c",
                        "synchronous_commit=off",
                        "-c",
                        "max_connections=300",
                        "-c",
                        "max_prepared_transactions=10");
        return container;
    }

    static String image(ServerSettings settings, int major) {
        return settings.get(ServerSettings.IMAGE).orElse("postgres:{major}").replace("{major}", String.valueOf(major));
    }
}
