package io.tenantdatasource.examples.sessionsweb;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.Profiles;

/** Starts a PostgreSQL for the demonstration, if none is named. It stops with the application, after its pool. */
final class EmbeddedDatabase implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);

    @Override
    public void initialize(ConfigurableApplicationContext application) {
        ConfigurableEnvironment environment = application.getEnvironment();
        if (environment.acceptsProfiles(Profiles.of("demo"))
                && !environment.containsProperty("spring.datasource.url")) {
            EmbeddedPostgres server = start();
            stopLast(application, server);
            createRolesAndDatabase(server);
            environment.getPropertySources().addFirst(new MapPropertySource("embedded PostgreSQL", logIns(server)));
            LOG.info(
                    "PostgreSQL runs until the application ends: psql -h localhost -p {} -U postgres sessions",
                    server.getPort());
        }
    }

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(binaries())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The embedded PostgreSQL did not start; name one of yours with --spring.datasource.url=…, as the"
                            + " README of this example says: " + e.getMessage(),
                    e);
        }
    }

    /** One directory a user: nobody can write to what another one has unpacked. */
    private static File binaries() {
        return new File(
                System.getProperty("java.io.tmpdir"),
                "tenant-datasource-sessions-web-" + System.getProperty("user.name"));
    }

    /** What is registered first is destroyed last. */
    private static void stopLast(ConfigurableApplicationContext application, EmbeddedPostgres server) {
        ((DefaultSingletonBeanRegistry) application.getBeanFactory())
                .registerDisposableBean("embeddedPostgres", server::close);
    }

    private static void createRolesAndDatabase(EmbeddedPostgres server) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String command : List.of(Sql.read("roles.sql").split(";"))) {
                statement.execute(command);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "The roles of the demonstration could not be created: " + e.getMessage(), e);
        }
    }

    /** Two users: the application's, and the one who owns the tables, for migrations alone. */
    private static Map<String, Object> logIns(EmbeddedPostgres server) {
        return Map.of(
                "spring.datasource.url",
                server.getJdbcUrl("sessions_app", "sessions"),
                "spring.datasource.username",
                "sessions_app",
                "spring.flyway.url",
                server.getJdbcUrl("sessions_owner", "sessions"),
                "spring.flyway.user",
                "sessions_owner");
    }
}
