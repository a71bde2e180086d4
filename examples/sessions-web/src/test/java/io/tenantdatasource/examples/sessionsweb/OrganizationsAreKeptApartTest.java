package io.tenantdatasource.examples.sessionsweb;

import static io.tenantdatasource.examples.sessionsweb.Visitor.ANNA;
import static io.tenantdatasource.examples.sessionsweb.Visitor.BEN;
import static io.tenantdatasource.examples.sessionsweb.Visitor.GRETA;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.tenantdatasource.test.TestDatabase;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What one organization gets of another, over HTTP: nothing, though no query asks for an organization. */
@RunningApplication
class OrganizationsAreKeptApartTest {

    private static final String GRETAS_TABLET = "99999999-0000-4000-8000-000000000001";
    private static final String BENS_LAPTOP = "aaaaaaaa-0000-4000-8000-000000000002";

    @LocalServerPort
    private int port;

    @Test
    void noQueryOfTheApplicationNamesAnOrganization() {
        List<String> statements = statementsOfAWholeVisit();

        assertThat(statements)
                .filteredOn(statement -> statement.contains("user_sessions"))
                .hasSizeGreaterThan(10)
                .anyMatch(statement -> statement.contains("delete from"))
                .anyMatch(statement -> statement.contains("strpos"));
        assertThat(statements)
                .noneMatch(
                        statement -> statement.matches("(?is).*(organization_id|current_setting|organization\\.id).*"));
    }

    /** Spring logs each statement that it sends. */
    private List<String> statementsOfAWholeVisit() {
        try (Logged statements = new Logged("org.springframework.jdbc.core.JdbcTemplate", Level.DEBUG)) {
            Visitor anna = Visitor.loggedIn(port, ANNA);
            anna.get("/devices");
            anna.get("/organization?text=anna");
            anna.get("/tampering?id=" + GRETAS_TABLET);
            anna.submit("/tampering", Map.of("id", GRETAS_TABLET));
            anna.submit("/devices/" + GRETAS_TABLET + "/end", Map.of());
            anna.submit("/organization/sessions/" + BENS_LAPTOP + "/end", Map.of());
            anna.submit("/logout", Map.of());
            return statements.messages().stream()
                    .filter(message -> message.startsWith("Executing prepared SQL statement"))
                    .toList();
        }
    }

    @Test
    void withoutPoliciesTheSameQueryShowsEverybodysSessions(TestDatabase database) {
        List<Map<String, Object>> stolen = JdbcClient.create(database.administrator())
                .sql(Sql.read("my-sessions.sql"))
                .query()
                .listOfRows();

        assertThat(stolen)
                .extracting(row -> row.get("user_email"))
                .contains("anna@acme.example", "ben@acme.example", "greta@globex.example", "gus@globex.example");
    }

    @Test
    void myDevicesAreMineAlone() {
        assertThat(Visitor.loggedIn(port, ANNA).get("/devices").body())
                .contains("203.0.113.7")
                .doesNotContain("203.0.113.40", "192.0.2.18");
    }

    @Test
    void anAdministratorSeesTheOrganizationAndNoOther() {
        assertThat(Visitor.loggedIn(port, ANNA).get("/organization").body())
                .contains("203.0.113.7", "203.0.113.40", BEN.email())
                .doesNotContain("192.0.2.18", GRETA.email());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"greta", "greta@globex.example", "192.0.2.", "iPad", "%", "_", "'", "' or true --", "\"", "\0"})
    void noSearchFindsAnythingOfAnother(String text) {
        assertThat(search(Visitor.loggedIn(port, ANNA), text))
                .contains("Sessions of Acme: ")
                .doesNotContain("/organization/sessions/99999999-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "_________", "' or true --", "greta"})
    void whatStandsNowhereIsNotFound(String text) {
        assertThat(search(Visitor.loggedIn(port, ANNA), text)).contains("Sessions of Acme: 0", "No sessions.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"BEN", "ben@acme", "203.0.113.40", "firefox/140"})
    void aSearchFindsUsersAddressesAndBrowsers(String text) {
        assertThat(search(Visitor.loggedIn(port, ANNA), text)).contains(BENS_LAPTOP);
    }

    private static String search(Visitor visitor, String text) {
        return visitor.get("/organization?text=" + URLEncoder.encode(text, StandardCharsets.UTF_8))
                .body();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/devices/%s/end", "/organization/sessions/%s/end"})
    void nobodyEndsASessionOfAnother(String path, TestDatabase database) {
        Visitor anna = Visitor.loggedIn(port, ANNA);
        List<String> before = new Rows(database).allSessions();

        assertThat(anna.submit(path.formatted(GRETAS_TABLET), Map.of())
                        .headers()
                        .firstValue("Location"))
                .hasValueSatisfying(to -> assertThat(to).endsWith("?ended=0"));

        assertThat(new Rows(database).allSessions()).isEqualTo(before);
    }

    @Test
    void aUserEndsTheirOwnSessionsOnly(TestDatabase database) {
        Visitor anna = Visitor.loggedIn(port, ANNA);

        anna.submit("/devices/" + BENS_LAPTOP + "/end", Map.of());
        anna.submit("/devices/aaaaaaaa-0000-4000-8000-000000000001/end", Map.of());

        assertThat(new Rows(database).sessionsOf(BEN)).contains(BENS_LAPTOP);
        assertThat(new Rows(database).sessionsOf(ANNA)).hasSize(1);
    }

    @Test
    void anAdministratorEndsThoseOfTheOrganization(TestDatabase database) {
        Visitor.loggedIn(port, ANNA).submit("/organization/sessions/" + BENS_LAPTOP + "/end", Map.of());
        assertThat(new Rows(database).sessionsOf(BEN)).doesNotContain(BENS_LAPTOP);
    }

    @Test
    void noTokenAndNoPasswordIsLogged() {
        try (Logged everything = new Logged("org.springframework", Level.TRACE);
                Logged ours = new Logged("io.tenantdatasource", Level.TRACE)) {
            Visitor anna = Visitor.loggedIn(port, ANNA);
            String token = anna.cookies.get("session");
            anna.get("/devices");
            anna.submit("/logout", Map.of());

            assertThat(everything.messages()).anyMatch(message -> message.contains("POST /login"));
            assertThat(everything.messages()).noneMatch(message -> message.contains(token));
            assertThat(everything.messages()).noneMatch(message -> message.contains(ANNA.password()));
            assertThat(ours.messages()).noneMatch(message -> message.contains(token));
        }
    }
}
