package io.tenantdatasource.examples.sessionsweb;

import static io.tenantdatasource.examples.sessionsweb.Visitor.ANNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The one command of the README, without Maven. */
class EmbeddedDatabaseTest {

    @Test
    void theApplicationBringsItsDatabaseAlongAndTakesItAway() {
        String server;
        try (ConfigurableApplicationContext application = SessionsWeb.start("--server.port=0")) {
            int port = application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
            server = application.getEnvironment().getRequiredProperty("spring.datasource.url");
            assertThat(Visitor.loggedIn(port, ANNA).get("/devices").body()).contains("Sessions of Anna: 2");
        }
        assertThatThrownBy(() -> DriverManager.getConnection(server))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refused -> assertThat(refused.getSQLState()).isEqualTo("08001"));
    }

    @Test
    void aServerThatIsNamedIsTheOneThatIsUsed() {
        ConfigurableEnvironment environment = new StandardEnvironment();
        environment.setActiveProfiles("demo");
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "arguments", Map.of("spring.datasource.url", "jdbc:postgresql://localhost/of-ones-own")));
        requireNothingAdded(environment);
    }

    @Test
    void inProductionNoneIsStarted() {
        ConfigurableEnvironment environment = new StandardEnvironment();
        environment.setActiveProfiles("production");
        requireNothingAdded(environment);
    }

    private static void requireNothingAdded(ConfigurableEnvironment environment) {
        try (GenericApplicationContext application = new GenericApplicationContext()) {
            application.setEnvironment(environment);
            new EmbeddedDatabase().initialize(application);
            assertThat(environment.getPropertySources().contains("embedded PostgreSQL"))
                    .isFalse();
        }
    }
}
