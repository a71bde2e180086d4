package io.tenantdatasource.springservices.http;

import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.spring.http.TenantHeaders;
import io.tenantdatasource.test.TenantDatabase;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What one service works for, the other one's database does. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "tenant-datasource.http-client.hosts=127.0.0.1",
            "tenant-datasource.tenant.header.organization=X-Organization-Id",
            "tenant-datasource.tenant.header.user=X-User-Id",
            "tenant-datasource.tenant.header.trusted-proxies=127.0.0.1",
            "server.forward-headers-strategy=none",
            "spring.main.banner-mode=off"
        })
@TenantDatabase
class FromServiceToServiceTest {

    @LocalServerPort
    private int port;

    @Autowired
    private TenantHeaders headers;

    @ParameterizedTest
    @EnumSource
    void theTenantIsTheSameThere(Client client) throws Exception {
        String seen = TenantContext.call(
                ACME.withUser("anna"), () -> client.get("http://127.0.0.1:" + port + "/tenant", headers, Map.of()));

        assertThat(seen).isEqualTo("<" + ACME.organizationId() + "> <anna>");
    }

    @ParameterizedTest
    @EnumSource
    void nobodyIsNobodyThere(Client client) {
        assertThat(client.get("http://127.0.0.1:" + port + "/tenant", headers, Map.of()))
                .isEqualTo("<> <>");
    }
}
