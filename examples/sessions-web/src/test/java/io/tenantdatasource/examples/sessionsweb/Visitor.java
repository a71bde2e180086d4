package io.tenantdatasource.examples.sessionsweb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser without a screen: keeps cookies, sends what forms send, and follows no redirect. */
final class Visitor {

    static final DemoData.DemoUser ANNA = demoUser("Anna");
    static final DemoData.DemoUser BEN = demoUser("Ben");
    static final DemoData.DemoUser GRETA = demoUser("Greta");

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern CSRF_FIELD = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

    private final int port;
    final Map<String, String> cookies = new LinkedHashMap<>();

    Visitor(int port) {
        this.port = port;
    }

    static Visitor loggedIn(int port, DemoData.DemoUser user) {
        Visitor visitor = new Visitor(port);
        HttpResponse<String> answer = visitor.logIn(user.email(), user.password());
        assertThat(answer.headers().firstValue("Location"))
                .hasValueSatisfying(to -> assertThat(to).endsWith("/devices"));
        return visitor;
    }

    static DemoData.DemoUser demoUser(String name) {
        return new DemoData()
                .users().stream()
                        .filter(user -> user.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    HttpResponse<String> logIn(String email, String password) {
        get("/login");
        return submit("/login", Map.of("email", email, "password", password));
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET().build());
    }

    /** As a form of the page that is open: with the token against forged requests that it was sent with. */
    HttpResponse<String> submit(String path, Map<String, String> fields) {
        Map<String, String> all = new LinkedHashMap<>(fields);
        all.put("_csrf", csrfField());
        return post(path, all);
    }

    String csrfField() {
        Matcher field = CSRF_FIELD.matcher(
                get(cookies.containsKey("session") ? "/devices" : "/login").body());
        assertThat(field.find()).as("a form with a token").isTrue();
        return field.group(1);
    }

    HttpResponse<String> post(String path, Map<String, String> fields) {
        String form = fields.entrySet().stream()
                .map(field -> field.getKey() + '=' + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Accept", "text/html")
                .header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + '=' + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        return request;
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
            setCookies(response).forEach(this::keep);
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static List<String> setCookies(HttpResponse<?> response) {
        return response.headers().allValues("Set-Cookie");
    }

    private void keep(String header) {
        HttpCookie cookie = HttpCookie.parse(header).get(0);
        if (cookie.getValue().isEmpty()) {
            cookies.remove(cookie.getName());
        } else {
            cookies.put(cookie.getName(), cookie.getValue());
        }
    }
}
