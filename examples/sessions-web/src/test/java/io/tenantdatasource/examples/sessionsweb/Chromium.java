package io.tenantdatasource.examples.sessionsweb;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;
import org.springframework.util.FileSystemUtils;

/** A real browser with a profile of its own, that looks at one application. */
final class Chromium implements AutoCloseable {

    private static final String NOT_INSTALLED = "chromium and chromedriver are not on the path (Debian: apt-get install"
            + " chromium chromium-driver), so the pages are not tested in a browser";

    private static final int WIDTH = 1000;
    private static final int HEIGHT = 700;

    private final Path profile;
    private final ChromeDriver driver;
    private final String application;

    private Chromium(Path profile, ChromeDriver driver, int port) {
        this.profile = profile;
        this.driver = driver;
        this.application = "http://127.0.0.1:" + port;
    }

    /** Skips the tests where there is no browser, but in CI, where that is a failure. */
    static Chromium start(int port) {
        Optional<Path> browser = program("chromium");
        Optional<Path> chromedriver = program("chromedriver");
        boolean installed = browser.isPresent() && chromedriver.isPresent();
        if (!installed && System.getenv("CI") != null) {
            throw new IllegalStateException(NOT_INSTALLED);
        }
        assumeTrue(installed, NOT_INSTALLED);
        return start(browser.get(), chromedriver.get(), port);
    }

    private static Chromium start(Path browser, Path chromedriver, int port) {
        try {
            Path profile = Files.createTempDirectory("sessions-web-chromium");
            ChromeDriverService service = new ChromeDriverService.Builder()
                    .usingDriverExecutable(chromedriver.toFile())
                    .usingAnyFreePort()
                    .build();
            Chromium chromium = new Chromium(profile, new ChromeDriver(service, options(browser, profile)), port);
            chromium.width(WIDTH);
            return chromium;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Root, as in a container, has no sandbox. Nothing is asked of anybody but the application. */
    private static ChromeOptions options(Path browser, Path profile) {
        return new ChromeOptions()
                .setBinary(browser.toFile())
                .addArguments(
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--hide-scrollbars",
                        "--user-data-dir=" + profile);
    }

    private static Optional<Path> program(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    void width(int width) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", HEIGHT, "deviceScaleFactor", 1, "mobile", false));
    }

    void usualWidth() {
        width(WIDTH);
    }

    void open(String path) {
        driver.get(application + path);
    }

    /** Returns the path that the browser is at, with its query. */
    String place() {
        return driver.getCurrentUrl().substring(application.length());
    }

    void logIn(DemoData.DemoUser user) {
        driver.manage().deleteAllCookies();
        open("/login");
        field("E-mail address").sendKeys(user.email());
        field("Password").sendKeys(user.password());
        press("Log in");
        waitFor("/devices");
    }

    /** The field that has that label, as people find it. */
    WebElement field(String label) {
        return driver.findElement(By.id(driver.findElement(By.xpath("//label[normalize-space() = '" + label + "']"))
                .getAttribute("for")));
    }

    /** The button with that name: its text, or what it is called for those who hear it. */
    WebElement button(String name) {
        return driver.findElements(By.tagName("button")).stream()
                .filter(button -> button.getAccessibleName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No button " + name + " in: " + text()));
    }

    void press(String button) {
        button(button).click();
    }

    void follow(String link) {
        driver.findElement(By.linkText(link)).click();
    }

    void waitFor(String place) {
        new WebDriverWait(driver, Duration.ofSeconds(20)).until(ready -> place().startsWith(place));
    }

    String text() {
        return driver.findElement(By.tagName("body")).getText();
    }

    String textOf(String css) {
        return driver.findElement(By.cssSelector(css)).getText();
    }

    int count(String css) {
        return driver.findElements(By.cssSelector(css)).size();
    }

    /** Presses keys where the focus is. */
    void type(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    String nameOfFocus() {
        return driver.switchTo().activeElement().getAccessibleName();
    }

    Object evaluate(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    Object evaluateAsync(String script) {
        return driver.executeAsyncScript(script);
    }

    byte[] screenshot() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    @Override
    public void close() {
        driver.quit();
        try {
            FileSystemUtils.deleteRecursively(profile);
        } catch (IOException e) {
            throw new UncheckedIOException("Chromium's profile could not be removed", e);
        }
    }
}
