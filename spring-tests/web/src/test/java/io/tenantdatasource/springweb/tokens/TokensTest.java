package io.tenantdatasource.springweb.tokens;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.springweb.Http;
import io.tenantdatasource.test.TenantDatabase;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;

/** The tenant of tokens and of a gateway's header. The server has one thread, which must take nothing along. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "tenant-datasource.tenant.jwt.organization-claim=org",
            "tenant-datasource.tenant.jwt.user-claim=uid",
            "tenant-datasource.tenant.header.organization=X-Organization",
            "tenant-datasource.tenant.header.trusted-proxies=127.0.0.1",
            "server.forward-headers-strategy=framework",
            "server.tomcat.threads.max=1",
            "server.tomcat.threads.min-spare=1",
            "spring.session.jdbc.initialize-schema=never",
            "spring.session.jdbc.cleanup-cron=-",
            "spring.main.banner-mode=off"
        })
@TenantDatabase
class TokensTest {

    private static final String ANNA = "6c7b0a5e-6f4c-4b43-9d0c-2a4b9b3f5a10";

    @LocalServerPort
    private int port;

    @Autowired
    private JwtEncoder encoder;

    private Http http;

    @BeforeEach
    void connect() {
        http = new Http(port);
    }

    @Test
    void theClaimsOfATokenAreTheTenant() throws Exception {
        assertThat(get("/organization", tokenOf(ACME.organizationId())).body()).isEqualTo(ACME.organizationId());
        assertThat(get("/user", tokenOf(ACME.organizationId())).body()).isEqualTo(ANNA);
    }

    @Test
    void aTokenWithoutTheClaimIsOfNoTenant() throws Exception {
        HttpResponse<String> response = get("/organization", token(Map.of("uid", ANNA)));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void aWholeNumberIsAnOrganizationToo() throws Exception {
        assertThat(get("/organization", tokenOf(42)).body()).isEqualTo("42");
    }

    @Test
    void whatIsNoOrganizationIsRefused() throws Exception {
        for (Object claim : List.of("", " ", " x", List.of(ACME.organizationId()), Map.of("id", "x"), true, 1.5)) {
            assertThat(get("/organization", tokenOf(claim)).statusCode())
                    .as("%s", claim)
                    .isEqualTo(403);
        }
    }

    @Test
    void anOrganizationWithoutItsUserIsRefusedLestItWidens() throws Exception {
        assertThat(get("/organization", token(Map.of("org", ACME.organizationId())))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void nobodyIsOfNoTenant() throws Exception {
        assertThat(get("/open/organization", Map.of()).body()).isEmpty();
        assertThat(get("/organization", Map.of()).statusCode()).isEqualTo(401);
    }

    @Test
    void theHeaderOfTheGatewayIsTheTenantOfThoseWhoAreNotAuthenticated() throws Exception {
        assertThat(get("/open/organization", header(ACME.organizationId())).body())
                .isEqualTo(ACME.organizationId());
    }

    @Test
    void theGatewayIsWhoHasConnectedNotWhoAHeaderSays() throws Exception {
        HttpResponse<String> response = get(
                "/open/organization",
                Map.of("X-Organization", ACME.organizationId(), "X-Forwarded-For", "203.0.113.9"));

        assertThat(response.body()).isEqualTo(ACME.organizationId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a,b"})
    void aHeaderThatIsNoOrganizationIsRefused(String organization) throws Exception {
        assertThat(get("/open/organization", header(organization)).statusCode()).isEqualTo(403);
    }

    @Test
    void headerAndTokenHaveToAgree() throws Exception {
        assertThat(get("/organization", both(ACME.organizationId(), ACME.organizationId()))
                        .body())
                .isEqualTo(ACME.organizationId());
        assertThat(get("/user", both(ACME.organizationId(), ACME.organizationId()))
                        .body())
                .isEqualTo(ANNA);
        assertThat(get("/organization", both(GLOBEX.organizationId(), ACME.organizationId()))
                        .statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/callable", "/future", "/late"})
    void dispatchesThatEndAsynchronousRequestsAreOfTheTenant(String path) throws Exception {
        HttpResponse<String> response = get(path, tokenOf(ACME.organizationId()));

        assertThat(on("REQUEST", response)).isEqualTo(ACME.organizationId());
        assertThat(on("ASYNC", response)).isEqualTo(ACME.organizationId());
        assertNothingIsLeftOnTheThread();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/gone", "/failure"})
    void errorPagesAreOfTheTenant(String path) throws Exception {
        HttpResponse<String> ofToken = get(path, tokenOf(ACME.organizationId()));
        assertThat(on("ERROR", ofToken)).isEqualTo(ACME.organizationId());
        assertNothingIsLeftOnTheThread();

        HttpResponse<String> ofBoth = get(path, both(ACME.organizationId(), ACME.organizationId()));
        assertThat(on("ERROR", ofBoth)).isEqualTo(ACME.organizationId());
        assertNothingIsLeftOnTheThread();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/open/callable", "/open/future", "/open/late"})
    void dispatchesThatEndAsynchronousRequestsAreOfTheHeadersTenant(String path) throws Exception {
        assertThat(on("ASYNC", get(path, header(ACME.organizationId())))).isEqualTo(ACME.organizationId());
        assertNothingIsLeftOnTheThread();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/open/gone", "/open/failure"})
    void errorPagesAreOfTheHeadersTenant(String path) throws Exception {
        assertThat(on("ERROR", get(path, header(ACME.organizationId())))).isEqualTo(ACME.organizationId());
        assertNothingIsLeftOnTheThread();
    }

    @Test
    void theErrorPageOfWhatIsRefusedIsOfNoTenant() throws Exception {
        HttpResponse<String> response = get("/organization", both(GLOBEX.organizationId(), ACME.organizationId()));

        assertThat(on("ERROR", response)).isNotEqualTo(ACME.organizationId());
        assertNothingIsLeftOnTheThread();
    }

    private void assertNothingIsLeftOnTheThread() throws Exception {
        assertThat(get("/open/organization", Map.of()).body()).isEmpty();
        assertThat(get("/organization", tokenOf(GLOBEX.organizationId())).body())
                .isEqualTo(GLOBEX.organizationId());
    }

    private static String on(String dispatch, HttpResponse<String> response) {
        return response.headers().firstValue("Organization-On-" + dispatch).orElse("no such dispatch");
    }

    private HttpResponse<String> get(String path, Map<String, String> headers) throws Exception {
        return http.get(path, headers);
    }

    private Map<String, String> both(String header, String claim) {
        return Map.of("X-Organization", header, "Authorization", tokenOf(claim).get("Authorization"));
    }

    private static Map<String, String> header(String organization) {
        return Map.of("X-Organization", organization);
    }

    private Map<String, String> tokenOf(Object organization) {
        return token(Map.of("org", organization, "uid", ANNA));
    }

    private Map<String, String> token(Map<String, Object> claims) {
        JwtClaimsSet set = JwtClaimsSet.builder()
                .subject("anna")
                .expiresAt(Instant.now().plusSeconds(300))
                .claims(all -> all.putAll(claims))
                .build();
        String value = encoder.encode(JwtEncoderParameters.from(
                        JwsHeader.with(MacAlgorithm.HS256).build(), set))
                .getTokenValue();
        return Map.of("Authorization", "Bearer " + value);
    }
}
