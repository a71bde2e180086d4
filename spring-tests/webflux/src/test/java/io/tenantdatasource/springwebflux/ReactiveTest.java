package io.tenantdatasource.springwebflux;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TenantDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;

/** JDBC below WebFlux works for the tenant of the request, whatever thread it blocks. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "tenant-datasource.tenant.jwt.organization-claim=org",
            "tenant-datasource.tenant.jwt.user-claim=uid",
            "tenant-datasource.tenant.header.organization=X-Organization",
            "tenant-datasource.tenant.header.trusted-proxies=127.0.0.1",
            "spring.reactor.context-propagation=auto",
            "spring.main.banner-mode=off"
        })
@TenantDatabase
class ReactiveTest {

    private static final String ANNA = "6c7b0a5e-6f4c-4b43-9d0c-2a4b9b3f5a10";

    @LocalServerPort
    private int port;

    @Autowired
    private JwtEncoder encoder;

    @Test
    void theClaimsOfATokenAreTheTenant() throws Exception {
        assertThat(get("/organization", tokenOf(ACME.organizationId())).body())
                .isEqualTo("<" + ACME.organizationId() + ">");
        assertThat(get("/user", tokenOf(ACME.organizationId())).body()).isEqualTo("<" + ANNA + ">");
    }

    @Test
    void theHeaderOfTheGatewayIsTheTenantOfThoseWhoAreNotAuthenticated() throws Exception {
        assertThat(get("/open/organization", header(ACME.organizationId())).body())
                .isEqualTo("<" + ACME.organizationId() + ">");
    }

    @Test
    void nobodyIsOfNoTenant() throws Exception {
        assertThat(get("/open/organization", Map.of()).body()).isEqualTo("<>");
        assertThat(get("/organization", Map.of()).statusCode()).isEqualTo(401);
    }

    @Test
    void whatIsNoOrganizationIsRefused() throws Exception {
        assertThat(get("/organization", tokenOf(List.of(ACME.organizationId()))).statusCode())
                .isEqualTo(403);
        assertThat(get("/organization", tokenOf(" ")).statusCode()).isEqualTo(403);
        assertThat(get("/open/organization", header("a,b")).statusCode()).isEqualTo(403);
    }

    @Test
    void headerAndTokenHaveToAgree() throws Exception {
        Map<String, String> token = tokenOf(ACME.organizationId());

        assertThat(get("/user", both(header(ACME.organizationId()), token)).body())
                .isEqualTo("<" + ANNA + ">");
        assertThat(get("/organization", both(header(GLOBEX.organizationId()), token))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void requestsThatShareThreadsStayApart() {
        HttpClient client = client();
        List<CompletableFuture<Void>> requests = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            requests.add(seesOnly(client, "/organizations", tokenOf(ACME.organizationId()), ACME.organizationId()));
            requests.add(seesOnly(client, "/organizations", tokenOf(GLOBEX.organizationId()), GLOBEX.organizationId()));
            requests.add(seesOnly(client, "/open/organization", Map.of(), ""));
        }
        requests.forEach(CompletableFuture::join);
    }

    private CompletableFuture<Void> seesOnly(
            HttpClient client, String path, Map<String, String> headers, String organization) {
        return client.sendAsync(request(path, headers), HttpResponse.BodyHandlers.ofString())
                .thenAccept(response ->
                        assertThat(response.body().lines()).isNotEmpty().containsOnly("<" + organization + ">"));
    }

    /**
     * A connection of its own for each answer that is waited for. On one that is kept alive, Reactor Netty may leave the next
     * request lying if the one before was answered at once, while it still had to be taken out of the queue.
     */
    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private HttpResponse<String> get(String path, Map<String, String> headers) throws Exception {
        return client().send(request(path, headers), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String path, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60));
        headers.forEach(request::header);
        return request.build();
    }

    private static Map<String, String> both(Map<String, String> some, Map<String, String> others) {
        Map<String, String> all = new java.util.HashMap<>(some);
        all.putAll(others);
        return all;
    }

    private static Map<String, String> header(String organization) {
        return Map.of("X-Organization", organization);
    }

    private Map<String, String> tokenOf(Object organization) {
        JwtClaimsSet claims = JwtClaimsSet.builder()
                .subject("anna")
                .expiresAt(Instant.now().plusSeconds(300))
                .claim("org", organization)
                .claim("uid", ANNA)
                .build();
        String value = encoder.encode(JwtEncoderParameters.from(
                        JwsHeader.with(MacAlgorithm.HS256).build(), claims))
                .getTokenValue();
        return Map.of("Authorization", "Bearer " + value);
    }
}
