package io.tenantdatasource.examples.sessionsweb;

import static io.tenantdatasource.examples.sessionsweb.Visitor.ANNA;
import static io.tenantdatasource.examples.sessionsweb.Visitor.BEN;
import static io.tenantdatasource.examples.sessionsweb.Visitor.GRETA;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Two people of two organizations, at the same time, in two real browsers. */
@RunningApplication
class TwoBrowsersTest {

    private static final String GRETAS_TABLET = "99999999-0000-4000-8000-000000000001";

    private static final String SEARCH = "Name, e-mail, IP address or browser";

    private static final String AXE = axe();

    private static Chromium one;
    private static Chromium another;

    @BeforeAll
    static void openBrowsers(@LocalServerPort int port) {
        one = Chromium.start(port);
        another = Chromium.start(port);
    }

    private static String axe() {
        try (InputStream script = TwoBrowsersTest.class.getResourceAsStream("/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void closeBrowsers() {
        if (one != null) {
            one.close();
        }
        if (another != null) {
            another.close();
        }
    }

    @Test
    void eachSeesTheirOwn() {
        one.logIn(ANNA);
        another.logIn(GRETA);

        for (int turn = 0; turn < 3; turn++) {
            one.open("/devices");
            another.open("/organization");
            assertThat(one.text())
                    .contains("Sessions of Anna: 2", "203.0.113.7")
                    .doesNotContain("192.0.2.");
            assertThat(another.text())
                    .contains("Sessions of Globex: 3", "192.0.2.18")
                    .doesNotContain("203.0.113.");

            one.open("/organization");
            another.open("/devices");
            assertThat(one.text())
                    .contains("Sessions of Acme: 4", "203.0.113.40")
                    .doesNotContain("192.0.2.");
            assertThat(another.text())
                    .contains("Sessions of Greta: 2", "192.0.2.18")
                    .doesNotContain("203.0.113.");
        }
        assertThat(one.count("strong.here")).as("this device, once").isEqualTo(1);
    }

    @Test
    void whoEndsADeviceLogsItsBrowserOut() {
        another.logIn(ANNA);
        one.logIn(ANNA);
        another.open("/devices");
        assertThat(another.place()).isEqualTo("/devices");

        one.open("/devices");
        one.evaluate("document.querySelector('tbody tr:not(:has(.here)) button').click()");
        one.waitFor("/devices?ended=1");

        assertThat(one.textOf("[role=status]")).contains("That session has ended.");
        another.open("/devices");
        assertThat(another.place()).isEqualTo("/login");
        one.open("/devices");
        assertThat(one.place()).isEqualTo("/devices");
    }

    @Test
    void tamperingShowsNothingAndChangesNothing(TestDatabase database) {
        another.logIn(GRETA);
        one.logIn(ANNA);
        List<String> before = new Rows(database).allSessions();

        one.follow("Tampering");
        one.field("Id of a session").sendKeys(GRETAS_TABLET);
        one.press("Look it up");
        assertThat(one.textOf(".found")).isEqualTo("The query found nothing.");
        one.press("Try to end it");
        one.waitFor("/tampering?id=" + GRETAS_TABLET + "&ended=0");

        assertThat(one.textOf("[role=status]"))
                .isEqualTo("DELETE changed 0 rows. If there is such a session, it goes on.");
        assertThat(one.textOf("main"))
                .contains("there is no organization in them")
                .doesNotContain("192.0.2.18");
        assertThat(new Rows(database).allSessions()).isEqualTo(before);
        another.open("/tampering?id=" + GRETAS_TABLET);
        assertThat(another.textOf(".found")).contains("1 row", "Greta, Safari on iPad, 192.0.2.18");
    }

    @Test
    void aSearchForWhatIsOfAnotherFindsNothing() {
        one.logIn(ANNA);
        one.follow("All sessions");

        assertThat(List.of("greta", "192.0.2.18", "%", "' or '1'='1", "\"><script>document.title='run'</script>"))
                .allSatisfy(text -> {
                    search(text);
                    assertThat(one.textOf("table")).contains("Sessions of Acme: 0", "No sessions.");
                    assertThat(one.field(SEARCH).getDomProperty("value")).isEqualTo(text);
                    assertThat(one.evaluate("return document.title")).isEqualTo("All sessions – Devices");
                });
    }

    private static void search(String text) {
        one.open("/organization");
        one.field(SEARCH).sendKeys(text);
        one.press("Search");
        one.waitFor("/organization?text=");
    }

    @Test
    void aSearchFindsWhatIsOnesOwn() {
        one.logIn(ANNA);
        one.follow("All sessions");
        one.field(SEARCH).sendKeys("ben", Keys.ENTER);
        one.waitFor("/organization?text=");
        assertThat(one.textOf("table"))
                .contains("Sessions of Acme: 2", BEN.email())
                .doesNotContain(ANNA.email());
    }

    @Test
    void aKeyboardIsEnough() {
        one.logIn(BEN);
        one.press("Log out");
        one.waitFor("/login?out");
        assertThat(one.textOf("[role=status]")).contains("You are logged out.");

        assertThat(one.nameOfFocus()).isEqualTo("E-mail address");
        one.type(BEN.email(), Keys.TAB);
        one.type(BEN.password(), Keys.TAB);
        assertThat(one.nameOfFocus()).isEqualTo("Log in");
        assertThat(one.evaluate("return getComputedStyle(document.activeElement).outlineStyle"))
                .as("what shows where the focus is")
                .isEqualTo("solid");
        one.type(Keys.ENTER);
        one.waitFor("/devices");

        one.type(Keys.TAB);
        assertThat(one.nameOfFocus()).isEqualTo("Skip to the content");
    }

    @Test
    void everybodyCanReadThePageToLogIn() {
        one.logIn(ANNA);
        one.press("Log out");
        one.waitFor("/login");
        requireReadable("/login?failed");
    }

    @Test
    void everybodyCanReadTheOthers() {
        one.logIn(ANNA);
        assertThat(List.of(
                        "/devices?ended=1",
                        "/organization",
                        "/tampering?id=" + GRETAS_TABLET + "&ended=0",
                        "/tampering?id=nonsense",
                        "/nowhere"))
                .allSatisfy(TwoBrowsersTest::requireReadable);
    }

    private static void requireReadable(String page) {
        one.open(page);
        assertThat(one.place()).isEqualTo(page);
        assertThat(one.count("h1")).isEqualTo(1);
        assertThat(violations()).isEmpty();
        one.width(320);
        try {
            assertThat((Long) one.evaluate("return document.documentElement.scrollWidth"))
                    .as("width of the page where 320 pixels are there")
                    .isLessThanOrEqualTo(320);
        } finally {
            one.usualWidth();
        }
    }

    /** What axe finds against WCAG 2.2 AA, and against what is good practice. */
    private static List<?> violations() {
        one.evaluate(AXE);
        return (List<?>) one.evaluateAsync("""
                const done = arguments[arguments.length - 1];
                axe.run().then(
                    found => done(found.violations.map(violation => violation.id + ': ' + violation.nodes.map(node => node.html).join(' '))),
                    failure => done(['axe failed: ' + failure]));
                """);
    }

    @Test
    void thePicturesOfTheDocumentation() throws IOException {
        one.logIn(ANNA);
        picture("my-devices", "/devices");
        picture("all-sessions", "/organization");
        picture("tampering", "/tampering?id=" + GRETAS_TABLET + "&ended=0");
        one.press("Log out");
        one.waitFor("/login");
        picture("log-in", "/login");
    }

    /** Taken in each run, and kept if one asks for it: {@code -Dscreenshots.update}. */
    private static void picture(String name, String path) throws IOException {
        one.open(path);
        byte[] picture = one.screenshot();
        assertThat(picture.length).as("bytes of " + name).isBetween(5_000, 150_000);
        if (System.getProperty("screenshots.update") != null) {
            Files.write(
                    Files.createDirectories(Path.of("../../docs/sessions-web")).resolve(name + ".png"), picture);
        }
    }
}
