package io.tenantdatasource.springtests;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Requests to a real server run on its threads, which know no test. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@TenantDatabase(schema = InvoicesSchema.class)
@AsTenant("acme")
class RunningServerTest {

    @LocalServerPort
    private int port;

    @Autowired
    private Invoices invoices;

    @Test
    void theTenantOfTheTestDoesNotReachTheServer() throws Exception {
        assertThat(get("/organization")).isEmpty();
        assertThat(invoices.organization()).isEqualTo(ACME.organizationId());
    }

    @Test
    void theApplicationTellsTheTenantAsInProduction() throws Exception {
        assertThat(get("/of/globex/organization")).isEqualTo(GLOBEX.organizationId());
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }
}
