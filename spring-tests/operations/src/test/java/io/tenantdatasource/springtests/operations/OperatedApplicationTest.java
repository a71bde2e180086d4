package io.tenantdatasource.springtests.operations;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.MeterRegistry;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.TenantSwitchException;
import io.tenantdatasource.check.Rule;
import io.tenantdatasource.spring.startup.Finding;
import io.tenantdatasource.spring.startup.StartUpCheckReport;
import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.yaml.snakeyaml.Yaml;

/** What an operator sees of an application that Liquibase migrated, over HTTP. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.liquibase.change-log=classpath:operations.sql",
            "tenant-datasource.exclude=reports",
            "management.endpoints.web.exposure.include=health,prometheus,tenantdatasources,whynorow",
            "management.endpoint.health.show-details=always",
            "jdbc.includes=connection,query,fetch",
            "jdbc.datasource-proxy.include-parameter-values=true"
        })
@TenantDatabase
class OperatedApplicationTest {

    @LocalServerPort
    private int port;

    @Autowired
    private DataSource dataSource;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private MeterRegistry registry;

    @Autowired
    private OperatedApplication.Observations observations;

    @Test
    void theStartUpCheckSeesWhatMigrationsMade(@Autowired StartUpCheckReport report) {
        assertThat(report.findings())
                .containsExactly(new Finding(
                        "dataSource", Rule.ORGANIZATION_COLUMN_WITHOUT_ROW_SECURITY, List.of("public.drafts")));
    }

    @Test
    void theEndpointShowsAsDocumentedWhichDataSourcesAreWrappedAndHow() throws Exception {
        assertThat(json(withoutCount(ok("/actuator/tenantdatasources"))))
                .isEqualTo(json(withoutCount(documented("endpoint"))));
    }

    @Test
    void theEndpointShowsNeitherValuesNorWhereTheDatabaseIs(TestDatabase database) throws Exception {
        TenantContext.run(ACME, () -> jdbc.queryForList("select 1"));

        assertThat(ok("/actuator/tenantdatasources"))
                .doesNotContain(
                        ACME.organizationId(),
                        "jdbc:",
                        database.application().getUser(),
                        database.application().getPassword());
    }

    @Test
    void theEndpointTellsWhyARowIsNotShown() throws Exception {
        var answer = Http.post(port, "/actuator/whynorow/dataSource", """
                {"table": "invoices", "column": "id", "value": "42", "organization": "%s"}
                """.formatted(ACME.organizationId()));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\"verdict\":\"NOT_SHOWN\"", "app.organization_id is '" + ACME.organizationId() + "'");
        assertThat(Http.post(
                                port,
                                "/actuator/whynorow/reports",
                                "{\"table\": \"invoices\", \"column\": \"id\", \"value\": \"42\", \"organization\": \"x\"}")
                        .statusCode())
                .as("of one that is not bound")
                .isEqualTo(400);
    }

    @Test
    void healthIsUpAsDocumentedAndNamesWhatTheStartUpCheckFound() throws Exception {
        assertThat(json(ok("/actuator/health/tenantDataSource"))).isEqualTo(json(documented("health")));
    }

    @Test
    void healthAsksTheDatabaseNothing() throws Exception {
        double before = measured("tenant.datasource.bind");

        ok("/actuator/health/tenantDataSource");

        assertThat(measured("tenant.datasource.bind")).isEqualTo(before);
    }

    @Test
    void springBootsHealthOfTheDatabaseIsUp() throws Exception {
        assertThat(ok("/actuator/health/db")).contains("\"UP\"", "PostgreSQL");
    }

    @Test
    void connectionsAreCountedAndTimed() {
        double bound = measured("tenant.datasource.bind");
        double reset = measured("tenant.datasource.reset");

        TenantContext.run(ACME, () -> jdbc.queryForList("select 1"));

        assertThat(measured("tenant.datasource.bind")).isEqualTo(bound + 1);
        assertThat(measured("tenant.datasource.reset")).isEqualTo(reset + 1);
    }

    @Test
    void missingTenantsAreCounted() {
        double before = measured("tenant.datasource.missing.tenant");

        jdbc.queryForList("select 1");

        assertThat(measured("tenant.datasource.missing.tenant")).isEqualTo(before + 1);
    }

    @Test
    void refusedSwitchesAreCounted() throws Exception {
        double before = measured("tenant.datasource.switch.refused");

        try (var scope = TenantContext.open(ACME);
                Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                var other = TenantContext.open(GLOBEX)) {
            assertThatThrownBy(() -> statement.execute("select 1")).isInstanceOf(TenantSwitchException.class);
        }

        assertThat(measured("tenant.datasource.switch.refused")).isEqualTo(before + 1);
    }

    @Test
    void destroyedConnectionsAreCounted() throws Exception {
        double before = measured("tenant.datasource.destroyed");

        try (var scope = TenantContext.open(ACME)) {
            Connection connection = dataSource.getConnection();
            assertThatThrownBy(
                            () -> connection.createStatement().execute("select pg_terminate_backend(pg_backend_pid())"))
                    .isNotNull();
            connection.close(); // its end was told
        }

        assertThat(measured("tenant.datasource.destroyed")).isEqualTo(before + 1);
    }

    @Test
    void noMeterHasATenantAsATag() {
        TenantContext.run(ACME, () -> jdbc.queryForList("select 1"));

        assertThat(registry.getMeters().stream().flatMap(meter -> meter.getId().getTags().stream()))
                .noneMatch(tag -> tag.getValue().contains(ACME.organizationId()));
        assertThat(registry.get("tenant.datasource.bind").timer().getId().getTags())
                .extracting(tag -> tag.getKey() + "=" + tag.getValue())
                .containsExactly("datasource=dataSource");
    }

    @Test
    void metersReachPrometheusBesideThoseOfThePool() throws Exception {
        assertThat(ok("/actuator/prometheus"))
                .contains(
                        "tenant_datasource_bind_seconds_count{datasource=\"dataSource\"",
                        "tenant_datasource_missing_tenant_total{datasource=\"dataSource\"",
                        "hikaricp_connections_max{pool=",
                        "jdbc_connections_max{name=\"dataSource\"");
    }

    @Test
    @AsTenant("acme")
    void observationsStandOutsideOfTheBindingWhichStandsAroundThePool() throws Exception {
        assertThat(dataSource).isNotInstanceOf(TenantDataSource.class);
        assertThat(dataSource.unwrap(TenantDataSource.class).pool()).isInstanceOf(HikariDataSource.class);
        assertThat(DataSourceUnwrapper.unwrap(dataSource, HikariConfigMXBean.class, HikariDataSource.class))
                .isSameAs(dataSource.unwrap(HikariDataSource.class));
        assertThat(jdbc.queryForObject("select current_setting('app.organization_id', true)", String.class))
                .isEqualTo(ACME.organizationId());
    }

    @Test
    @AsTenant("acme")
    void observationsShowTheQueryAndNoTenant() {
        observations.seen().clear();

        jdbc.queryForList("select id from invoices where id = ?", 42);

        assertThat(observed()).anyMatch(value -> value.contains("select id from invoices"));
        assertThat(observed())
                .noneMatch(value -> value.contains(ACME.organizationId()) || value.contains("set_config"));
    }

    private Stream<String> observed() {
        return observations.seen().stream()
                .flatMap(context -> context.getAllKeyValues().stream())
                .map(KeyValue::getValue);
    }

    private double measured(String meter) {
        Iterable<Measurement> measurements =
                registry.get(meter).tag("datasource", "dataSource").meter().measure();
        return measurements.iterator().next().getValue();
    }

    private String ok(String path) throws Exception {
        var response = Http.get(port, path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private static Map<String, Object> json(String text) {
        return new Yaml().load(text);
    }

    /** How many it has been depends on which tests have run. */
    private static String withoutCount(String json) {
        return json.replaceAll("(\"missingTenants\"\\s*:\\s*)\\d+", "$10");
    }

    /** The example of that name in the documentation. */
    private static String documented(String example) throws IOException {
        String page = Files.readString(Path.of("../../../docs/spring-operations.md"));
        String start = "<!-- example: " + example + " -->\n```json\n";
        int from = page.indexOf(start) + start.length();
        return page.substring(from, page.indexOf("```", from));
    }
}
