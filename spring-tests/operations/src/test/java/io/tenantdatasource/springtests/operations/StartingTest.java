package io.tenantdatasource.springtests.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.tenantdatasource.test.TestDatabase;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Applications as people start them. */
@ExtendWith(OutputCaptureExtension.class)
class StartingTest {

    private static TestDatabase database;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    private static SpringApplicationBuilder application(PGSimpleDataSource user) {
        return new SpringApplicationBuilder(Application.class)
                .properties(
                        "spring.datasource.url=" + user.getURL(),
                        "spring.datasource.username=" + user.getUser(),
                        "spring.datasource.password=" + user.getPassword(),
                        "spring.liquibase.enabled=false",
                        "spring.main.banner-mode=off",
                        "server.port=0",
                        "management.endpoint.health.show-details=always");
    }

    @Test
    void anApplicationThatIsToFailSaysWhyAndWhatToDo(CapturedOutput output) {
        PGSimpleDataSource superuser = database.administrator();

        assertThatThrownBy(() -> application(superuser).run("--tenant-datasource.start-up-check=fail"))
                .isNotNull();

        assertThat(output)
                .contains(
                        "APPLICATION FAILED TO START",
                        "- data source 'dataSource', superuser: PostgreSQL applies no policy to the role that connections"
                                + " work as, a superuser: " + superuser.getUser() + ". Next: log in as",
                        "tenant-datasource.start-up-check=warn");
    }

    @Test
    void healthIsDownIfADataSourceWasNeverWrapped() throws Exception {
        try (ConfigurableApplicationContext context = application(database.application())
                .initializers(starting -> starting.getBeanFactory().registerSingleton("early", database.application()))
                .run()) {
            HttpResponse<String> health = Http.get(
                    context.getEnvironment().getRequiredProperty("local.server.port", Integer.class),
                    "/actuator/health/tenantDataSource");

            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains("\"DOWN\"", "\"notBound\":[\"early\"]");
        }
    }

    @Test
    void healthEndpointAndMetersCanBeSwitchedOff() {
        try (ConfigurableApplicationContext context = application(database.application())
                .run(
                        "--management.health.tenantdatasource.enabled=false",
                        "--management.metrics.enable.tenant.datasource=false")) {
            assertThat(Stream.of(context.getBeanDefinitionNames()))
                    .doesNotContain("tenantDataSourceHealthIndicator", "tenantDataSourcesEndpoint");
            assertThat(context.getBean(MeterRegistry.class)
                            .find("tenant.datasource.bind")
                            .timer())
                    .isNull();
        }
    }
}
