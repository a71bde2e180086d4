package io.tenantdatasource.springweb.members;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.springweb.Http;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The database says who is a member, and to others all organizations look the same. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "tenant-datasource.tenant.header.organization=X-Organization",
            "tenant-datasource.tenant.header.trusted-proxies=127.0.0.1",
            "tenant-datasource.tenant.membership.query="
                    + "select 1 from memberships where organization_id = ?::uuid and user_name = ?",
            "spring.session.jdbc.initialize-schema=never",
            "spring.session.jdbc.cleanup-cron=-",
            "spring.main.banner-mode=off"
        })
@TenantDatabase(schema = MembersApplication.Schema.class)
class MembersTest {

    private static final Map<String, String> ANNA = Map.of(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString("anna:secret".getBytes(StandardCharsets.UTF_8)));

    @LocalServerPort
    private int port;

    private Http http;

    @BeforeEach
    void annaIsOfAcmeAndBobOfGlobex(TestDatabase database) {
        http = new Http(port);
        database.execute("insert into memberships values ('%s', 'anna'), ('%s', 'bob')"
                .formatted(ACME.organizationId(), GLOBEX.organizationId()));
    }

    @Test
    void membersGoOn() throws Exception {
        assertThat(get("/organization", ACME.organizationId(), ANNA).body()).isEqualTo(ACME.organizationId());
    }

    @Test
    void forOthersEveryOrganizationLooksLikeOneThatIsNotThere() throws Exception {
        HttpResponse<String> notHers = get("/organization", GLOBEX.organizationId(), ANNA);
        HttpResponse<String> notThere = get("/organization", "7d2a6c1e-0000-4000-8000-000000000000", ANNA);
        HttpResponse<String> noId = get("/organization", "nothing", ANNA);

        assertThat(notHers.statusCode()).isEqualTo(403);
        assertThat(notHers.body()).isEmpty();
        assertThat(seen(notThere)).isEqualTo(seen(notHers));
        assertThat(seen(noId)).isEqualTo(seen(notHers));
    }

    @Test
    void openPagesAreOfTheHeadersTenantForNobodyAndForMembersOnlyOtherwise() throws Exception {
        assertThat(get("/open/organization", GLOBEX.organizationId(), Map.of()).body())
                .isEqualTo(GLOBEX.organizationId());
        assertThat(get("/open/organization", GLOBEX.organizationId(), ANNA).statusCode())
                .isEqualTo(403);
    }

    @Test
    void nobodyIsAskedToSignIn() throws Exception {
        assertThat(get("/organization", GLOBEX.organizationId(), Map.of()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aQuestionThatCannotBeAskedLetsNobodyThrough(TestDatabase database) throws Exception {
        database.execute("revoke select on memberships from authenticated");
        try {
            assertThat(get("/organization", ACME.organizationId(), ANNA).statusCode())
                    .isEqualTo(500);
        } finally {
            database.execute("grant select on memberships to authenticated");
        }
    }

    private static Object seen(HttpResponse<String> response) {
        Map<String, Object> headers = new TreeMap<>(response.headers().map());
        headers.remove("date");
        return headers + " " + response.statusCode() + response.body();
    }

    private HttpResponse<String> get(String path, String organization, Map<String, String> headers) throws Exception {
        Map<String, String> all = new HashMap<>(headers);
        all.put("X-Organization", organization);
        return http.get(path, all);
    }
}
