package io.tenantdatasource.examples.sessionsweb;

import static io.tenantdatasource.examples.sessionsweb.Visitor.ANNA;
import static io.tenantdatasource.examples.sessionsweb.Visitor.BEN;
import static io.tenantdatasource.examples.sessionsweb.Visitor.GRETA;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TestDatabase;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

/** What browsers are told, and what is refused whatever they send. */
@RunningApplication
class BrowsersAreToldTest {

    private static final String ANNAS_TELEPHONE = "aaaaaaaa-0000-4000-8000-000000000001";

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/devices", "/organization", "/tampering", "/nowhere"})
    void everyPageHasTheHeaders(String path) {
        HttpResponse<String> page = Visitor.loggedIn(port, ANNA).get(path);

        requireHeader(
                page,
                "Content-Security-Policy",
                "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none';"
                        + " base-uri 'none'");
        requireHeader(page, "X-Content-Type-Options", "nosniff");
        requireHeader(page, "X-Frame-Options", "DENY");
        requireHeader(page, "Referrer-Policy", "same-origin");
        requireHeader(page, "Cache-Control", "no-cache, no-store, max-age=0, must-revalidate");
        requireHeader(page, "Cross-Origin-Opener-Policy", "same-origin");
        requireHeader(page, "Cross-Origin-Resource-Policy", "same-origin");
    }

    @Test
    void overHttpsTheyAreToldToStayThere(@Autowired MockMvcTester mvc) {
        assertThat(mvc.get().uri("/login").secure(true))
                .hasHeader("Strict-Transport-Security", "max-age=31536000 ; includeSubDomains");
        assertThat(mvc.get().uri("/login")).doesNotContainHeader("Strict-Transport-Security");
    }

    private static void requireHeader(HttpResponse<String> page, String name, String value) {
        assertThat(page.headers().allValues(name)).as(name).containsExactly(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/devices", "/organization", "/tampering?id=" + ANNAS_TELEPHONE, "/nowhere"})
    void noPageHasWhatThePolicyForbids(String path) {
        requireNothingInline(Visitor.loggedIn(port, ANNA).get(path));
    }

    @Test
    void norHasThePageToLogIn() {
        requireNothingInline(new Visitor(port).get("/login"));
    }

    private static void requireNothingInline(HttpResponse<String> page) {
        assertThat(page.body())
                .startsWith("<!DOCTYPE html>")
                .doesNotContain("<script", " style=", "<style", " onclick=", "javascript:");
    }

    @Test
    void cookiesAreNeitherForScriptsNorForOtherSites() {
        Visitor anna = new Visitor(port);
        HttpResponse<String> page = anna.get("/login");
        HttpResponse<String> answer = anna.logIn(ANNA.email(), ANNA.password());

        assertThat(Visitor.setCookies(page))
                .singleElement()
                .satisfies(cookie ->
                        assertThat(cookie).startsWith("csrf=").contains("; Path=/", "; HttpOnly", "; SameSite=Strict"));
        assertThat(Visitor.setCookies(answer))
                .anySatisfy(cookie -> assertThat(cookie)
                        .startsWith("session=")
                        .contains("; Path=/", "; HttpOnly", "; SameSite=Lax", "; Max-Age=1209600"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/logout",
                "/login",
                "/tampering",
                "/devices/" + ANNAS_TELEPHONE + "/end",
                "/organization/sessions/" + ANNAS_TELEPHONE + "/end"
            })
    void aFormWithoutItsTokenIsRefused(String path, TestDatabase database) {
        Visitor anna = Visitor.loggedIn(port, ANNA);
        List<String> before = new Rows(database).allSessions();
        Map<String, String> fields =
                Map.of("id", ANNAS_TELEPHONE, "email", ANNA.email(), "password", ANNA.password(), "_csrf", "guessed");

        assertThat(anna.post(path, fields).statusCode()).isEqualTo(403);
        assertThat(new Rows(database).allSessions()).isEqualTo(before);
    }

    @Test
    void aTokenOfAnotherBrowserIsRefused() {
        Visitor anna = Visitor.loggedIn(port, ANNA);
        String others = Visitor.loggedIn(port, GRETA).csrfField();
        anna.get("/devices");

        assertThat(anna.post("/logout", Map.of("_csrf", others)).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/devices/" + ANNAS_TELEPHONE + "/end", "/organization/sessions/" + ANNAS_TELEPHONE + "/end"})
    void aLinkChangesNothing(String path, TestDatabase database) {
        Visitor anna = Visitor.loggedIn(port, ANNA);
        assertThat(anna.get(path).statusCode()).isEqualTo(405);
        assertThat(new Rows(database).sessionsOf(ANNA)).contains(ANNAS_TELEPHONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/devices", "/organization", "/tampering", "/nowhere"})
    void whoIsNotLoggedInIsSentToLogIn(String path) {
        HttpResponse<String> answer = new Visitor(port).get(path);
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location"))
                .hasValueSatisfying(to -> assertThat(to).endsWith("/login"));
    }

    @Test
    void onlyAdministratorsSeeTheOrganizationsPage() {
        Visitor ben = Visitor.loggedIn(port, BEN);
        HttpResponse<String> answer = ben.get("/organization");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("Not allowed").doesNotContain(ANNA.email());
        assertThat(ben.get("/devices").body()).doesNotContain("/organization");
    }

    @Test
    void onlyAdministratorsEndTheSessionsOfOthers(TestDatabase database) {
        Visitor ben = Visitor.loggedIn(port, BEN);
        HttpResponse<String> answer = ben.submit("/organization/sessions/" + ANNAS_TELEPHONE + "/end", Map.of());
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(new Rows(database).sessionsOf(ANNA)).contains(ANNAS_TELEPHONE);
    }

    @Test
    void whatIsNoIdIsAnsweredLikeAMistake() {
        Visitor anna = Visitor.loggedIn(port, ANNA);
        assertThat(anna.submit("/devices/1%27--/end", Map.of()).statusCode()).isEqualTo(400);
        assertThat(anna.get("/tampering?id=1%27+or+true--").body()).contains("That is no id of a session");
    }
}
