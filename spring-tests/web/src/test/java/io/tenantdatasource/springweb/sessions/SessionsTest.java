package io.tenantdatasource.springweb.sessions;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.springweb.Http;
import io.tenantdatasource.springweb.RecordedServer;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.wire.RecordedStatement;
import io.tenantdatasource.test.wire.Recording;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * Spring Session, Spring Security's form and open entity managers in views: for whom each of their statements runs on the
 * server.
 */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "tenant-datasource.tenant.principal.organization=organizationId",
            "spring.session.jdbc.initialize-schema=never",
            "spring.session.jdbc.cleanup-cron=-",
            "spring.jpa.open-in-view=true",
            "spring.main.banner-mode=off"
        })
@TenantDatabase(schema = SessionsSchema.class)
class SessionsTest {

    private static final String LOOK_UP = "select session_organization";

    @LocalServerPort
    private int port;

    @Autowired
    private RecordedServer server;

    private Http http;

    @BeforeEach
    void writeNotesOfBoth(TestDatabase database) {
        http = new Http(port);
        database.execute("insert into notes (id, organization_id, title) values (1, '%s', 'anvil'), (2, '%s', 'rocket')"
                .formatted(ACME.organizationId(), GLOBEX.organizationId()));
        database.execute("insert into note_tags (note_id, tag) values (1, 'heavy'), (2, 'fast')");
    }

    @Test
    void aSessionIsWrittenForTheOrganizationOfWhoeverLogsIn() throws Exception {
        Recording recording = server.record(() -> logIn("anna", Map.of()));

        assertThat(organizations(recording, "insert into spring_session")).isNotEmpty();
        assertThat(recording.organizations()).as(recording.toString()).containsExactly(ACME.organizationId());
    }

    @Test
    void aSessionIsLoadedAndSavedForItsOrganization() throws Exception {
        Map<String, String> session = session("anna");

        Recording recording = server.record(() ->
                assertThat(http.get("/remember/hammer", session).statusCode()).isEqualTo(200));

        assertThat(organizations(recording, LOOK_UP)).containsOnly("");
        assertThat(organizations(recording, "from spring_session")).isNotEmpty();
        assertThat(organizations(recording, "update spring_session")).isNotEmpty();
        assertThat(organizationsButOfTheLookUp(recording))
                .as(recording.toString())
                .containsOnly(ACME.organizationId());
        assertThat(http.get("/remembered", session).body()).isEqualTo("hammer");
    }

    @Test
    void whatAnOpenEntityManagerReadsInTheViewIsOfTheTenant() throws Exception {
        Map<String, String> session = session("bob");
        StringBuilder body = new StringBuilder();

        Recording recording =
                server.record(() -> body.append(http.get("/notes", session).body()));

        assertThat(body).contains("rocket", "fast").doesNotContain("anvil", "heavy");
        assertThat(organizations(recording, "from notes")).containsOnly(GLOBEX.organizationId());
        assertThat(organizations(recording, "from note_tags")).containsOnly(GLOBEX.organizationId());
    }

    @Test
    void theNextRequestOnTheThreadIsOfItsOwnTenant() throws Exception {
        Map<String, String> anna = session("anna");
        Map<String, String> bob = session("bob");

        for (int i = 0; i < 5; i++) {
            assertThat(http.get("/notes", anna).body()).contains("anvil").doesNotContain("rocket");
            assertThat(http.get("/notes", bob).body()).contains("rocket").doesNotContain("anvil");
            assertThat(http.get("/notes", Map.of()).statusCode()).isEqualTo(302);
        }
    }

    @Test
    void theSessionOfOneOrganizationIsOfNoUseToSomebodyOfAnother() throws Exception {
        HttpResponse<String> second = logIn("bob", session("anna"));
        Map<String, String> session = sessionOf(second).orElseThrow();

        assertThat(http.get("/notes", session).statusCode()).isEqualTo(403);
    }

    private Map<String, String> session(String name) throws Exception {
        return sessionOf(logIn(name, Map.of())).orElseThrow();
    }

    private HttpResponse<String> logIn(String name, Map<String, String> session) throws Exception {
        HttpResponse<String> response = http.post("/login", "username=" + name + "&password=secret", session);
        assertThat(response.headers().firstValue("Location"))
                .hasValueSatisfying(page -> assertThat(page).doesNotContain("error"));
        return response;
    }

    private static Optional<Map<String, String>> sessionOf(HttpResponse<String> response) {
        return response.headers()
                .firstValue("Set-Cookie")
                .map(cookie -> Map.of("Cookie", cookie.substring(0, cookie.indexOf(';'))));
    }

    private static List<String> organizations(Recording recording, String sql) {
        return recording.queries().stream()
                .filter(statement -> contains(statement, sql))
                .map(statement -> statement.organization().orElse("not asked"))
                .toList();
    }

    private static List<String> organizationsButOfTheLookUp(Recording recording) {
        return recording.queries().stream()
                .filter(statement -> !contains(statement, LOOK_UP))
                .map(statement -> statement.organization().orElse("not asked"))
                .toList();
    }

    private static boolean contains(RecordedStatement statement, String sql) {
        return statement.sql().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").contains(sql);
    }
}
