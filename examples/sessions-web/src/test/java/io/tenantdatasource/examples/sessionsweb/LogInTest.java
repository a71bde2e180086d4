package io.tenantdatasource.examples.sessionsweb;

import static io.tenantdatasource.examples.sessionsweb.Visitor.ANNA;
import static io.tenantdatasource.examples.sessionsweb.Visitor.BEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TestDatabase;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

@RunningApplication
class LogInTest {

    @LocalServerPort
    private int port;

    private Rows rows;

    @BeforeEach
    void readAsAnAdministrator(TestDatabase database) {
        rows = new Rows(database);
    }

    @ParameterizedTest
    @MethodSource
    void everyUserThatTheFirstPagePrintsCanLogIn(DemoData.DemoUser user) {
        Visitor visitor = new Visitor(port);

        assertThat(visitor.get("/login").body()).contains(user.email(), user.password());
        visitor.logIn(user.email(), user.password());

        assertThat(visitor.get("/devices").body()).contains(user.name() + ", " + user.organization(), "this device");
    }

    static Stream<DemoData.DemoUser> everyUserThatTheFirstPagePrintsCanLogIn() {
        return new DemoData().users().stream();
    }

    @Test
    void theDatabaseHasTheHashOfTheTokenAndNotTheToken() {
        Visitor anna = Visitor.loggedIn(port, ANNA);
        String token = anna.cookies.get("session");

        assertThat(rows.sessionOf(new SessionToken(token)))
                .singleElement()
                .satisfies(row ->
                        assertThat(row).containsEntry("ip_address", "127.0.0.1").doesNotContainKey("session_token"));
        assertThat(rows.allSessions()).noneMatch(row -> row.contains(token));
    }

    @ParameterizedTest
    @CsvSource({
        "anna@acme.example, wrong",
        "anna@acme.example, birdseed-by-post",
        "anna@acme.example, ''",
        "nobody@acme.example, anvils-and-rockets",
        "'', ''",
        "%@acme.example, anvils-and-rockets",
        "\"' or true --\", anvils-and-rockets",
    })
    void everyFailureIsAnsweredTheSame(String email, String password) {
        requireTheOneAnswer(email, password);
    }

    @Test
    void whatPostgresqlCannotStoreIsNobodysAddress() {
        requireTheOneAnswer("anna\0@acme.example", ANNA.password());
    }

    private void requireTheOneAnswer(String email, String password) {
        Visitor visitor = new Visitor(port);

        HttpResponse<String> answer = visitor.logIn(email, password);

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location")).hasValue("http://localhost:" + port + "/login?failed");
        assertThat(answer.body()).isEmpty();
        assertThat(visitor.cookies).containsOnlyKeys("csrf");
        assertThat(visitor.get("/login?failed").body())
                .contains("role=\"alert\"", "That e-mail address and that password do not belong together.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"anna@acme.example", "nobody@acme.example", "no\0body@acme.example"})
    void whetherThereIsSuchAUserTakesNoLonger(String email, @Autowired CountedComparisons comparisons) {
        int before = comparisons.count();
        new Visitor(port).logIn(email, "wrong");
        assertThat(comparisons.count() - before).as("passwords compared").isEqualTo(1);
    }

    @Test
    void capitalsInAnAddressAreTheSameAddress() {
        Visitor visitor = new Visitor(port);
        visitor.logIn("Anna@ACME.example", ANNA.password());
        assertThat(visitor.get("/devices").statusCode()).isEqualTo(200);
    }

    @Test
    void eachLogInGivesAnotherToken() {
        Visitor anna = Visitor.loggedIn(port, ANNA);
        String first = anna.cookies.get("session");
        String csrf = anna.csrfField();

        anna.submit("/login", Map.of("email", ANNA.email(), "password", ANNA.password()));

        assertThat(anna.cookies.get("session")).isNotEqualTo(first).hasSize(43);
        assertThat(rows.sessionOf(new SessionToken(first)))
                .as("what the browser had before")
                .isEmpty();
        assertThat(anna.post("/logout", Map.of("_csrf", csrf)).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"planted", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%"})
    void aTokenThatWasPlantedBeforeIsNotAdopted(String planted) {
        Visitor victim = new Visitor(port);
        victim.cookies.put("session", planted);

        assertThat(victim.get("/devices").statusCode()).isEqualTo(302);
        Visitor attacker = new Visitor(port);
        attacker.cookies.put("session", planted);
        logInWithWhatIsThere(victim);

        assertThat(victim.cookies.get("session")).isNotEqualTo(planted);
        assertThat(attacker.get("/devices").statusCode()).isEqualTo(302);
        assertThat(rows.sessionOf(new SessionToken(planted))).isEmpty();
    }

    @Test
    void aSessionOfAnotherUserThatWasPlantedIsReplacedAndEnds() {
        Visitor ben = Visitor.loggedIn(port, BEN);
        Visitor victim = new Visitor(port);
        victim.cookies.put("session", ben.cookies.get("session"));

        logInWithWhatIsThere(victim);

        assertThat(victim.get("/devices").body()).contains("Anna, Acme").doesNotContain("Ben");
        assertThat(ben.get("/devices").statusCode()).isEqualTo(302);
    }

    private static void logInWithWhatIsThere(Visitor visitor) {
        String session = visitor.cookies.remove("session");
        String csrf = visitor.csrfField();
        visitor.cookies.put("session", session);
        visitor.post("/login", Map.of("email", ANNA.email(), "password", ANNA.password(), "_csrf", csrf));
    }

    @Test
    void logOutEndsTheSessionInTheDatabase() {
        Visitor anna = Visitor.loggedIn(port, ANNA);
        Visitor copy = new Visitor(port);
        copy.cookies.putAll(anna.cookies);
        SessionToken token = new SessionToken(anna.cookies.get("session"));

        HttpResponse<String> answer = anna.submit("/logout", Map.of());

        assertThat(answer.headers().firstValue("Location")).hasValue("http://localhost:" + port + "/login?out");
        assertThat(anna.cookies).doesNotContainKey("session");
        assertThat(rows.sessionOf(token)).isEmpty();
        assertThat(rows.sessionsOf(ANNA)).as("her other device").hasSize(1);
        assertThat(copy.get("/devices").headers().firstValue("Location"))
                .hasValueSatisfying(to -> assertThat(to).endsWith("/login"));
    }

    @Test
    void anExpiredSessionIsNotLetIn() {
        Visitor anna = Visitor.loggedIn(port, ANNA);
        rows.change("update user_sessions set expires_at = now() - interval '1 second'");
        assertThat(anna.get("/devices").statusCode()).isEqualTo(302);
    }

    @Test
    void lastSeenIsNotedAtMostOnceAMinute() {
        Visitor anna = Visitor.loggedIn(port, ANNA);
        SessionToken token = new SessionToken(anna.cookies.get("session"));
        Object atLogIn = lastSeen(token);

        anna.get("/devices");
        assertThat(lastSeen(token)).as("within a minute").isEqualTo(atLogIn);

        rows.change("update user_sessions set last_seen_at = now() - interval '61 seconds', ip_address = '192.0.2.1'");
        Object aMinuteAgo = lastSeen(token);
        anna.get("/devices");
        assertThat(lastSeen(token)).as("a minute later").isNotEqualTo(aMinuteAgo);
        assertThat(rows.sessionOf(token))
                .first()
                .satisfies(row -> assertThat(row).containsEntry("ip_address", "127.0.0.1"));
    }

    private Object lastSeen(SessionToken token) {
        return rows.sessionOf(token).get(0).get("last_seen_at");
    }

    @Test
    void aBrowserThatTellsANovelIsCutShort(@Autowired SignedInUsers users, @Autowired FrontDoor frontDoor) {
        Account anna = frontDoor.loadUserByUsername(ANNA.email());

        SessionToken token = users.begin(anna, "127.0.0.1", "x".repeat(100_000));

        assertThat(rows.sessionOf(token))
                .first()
                .satisfies(row -> assertThat(row.get("user_agent").toString()).hasSize(400));
    }

    @Test
    void noContainerKeepsASession() {
        Visitor anna = new Visitor(port);
        List<HttpResponse<String>> answers = List.of(
                anna.get("/"),
                anna.logIn(ANNA.email(), "wrong"),
                anna.logIn(ANNA.email(), ANNA.password()),
                anna.get("/devices"),
                anna.get("/organization"),
                anna.get("/tampering"),
                anna.get("/nowhere"),
                anna.submit("/logout", Map.of()));
        assertThat(answers)
                .flatExtracting(Visitor::setCookies)
                .isNotEmpty()
                .allMatch(cookie -> cookie.startsWith("session=") || cookie.startsWith("csrf="));
    }
}
