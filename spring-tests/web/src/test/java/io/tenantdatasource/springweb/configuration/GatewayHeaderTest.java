package io.tenantdatasource.springweb.configuration;

import static io.tenantdatasource.springweb.configuration.RequestTenants.application;
import static io.tenantdatasource.springweb.configuration.RequestTenants.dispatched;
import static io.tenantdatasource.springweb.configuration.RequestTenants.dispatches;
import static io.tenantdatasource.springweb.configuration.RequestTenants.send;
import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.springweb.configuration.RequestTenants.Seen;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.filter.ForwardedHeaderFilter;

/** A header is the gateway's word, and nobody else's. */
@ExtendWith(OutputCaptureExtension.class)
class GatewayHeaderTest {

    private static final String GATEWAY = "10.0.3.1";
    private static final String STRANGER = "203.0.113.9";

    @Test
    void fromTheGatewayItIsTheTenant() {
        Seen seen = sent(GATEWAY, request -> request.addHeader("X-Organization", ACME.organizationId()));

        assertThat(seen.tenant()).contains(ACME);
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "ERROR"})
    void laterDispatchesAreOfTheTenantToo(DispatcherType type) {
        MockHttpServletRequest request = dispatched(type);
        request.setRemoteAddr(GATEWAY);
        request.addHeader("X-Organization", ACME.organizationId());

        application(
                        "tenant-datasource.tenant.header.organization=X-Organization",
                        "tenant-datasource.tenant.header.trusted-proxies=" + GATEWAY)
                .run(context -> {
                    assertThat(send(context, request).tenant()).contains(ACME);
                    assertThat(dispatches(context)).contains(type);
                });
    }

    @Test
    void fromElsewhereItIsRefused() {
        Seen seen = sent(STRANGER, request -> request.addHeader("X-Organization", ACME.organizationId()));

        assertThat(seen.reached()).isFalse();
        assertThat(seen.status()).isEqualTo(403);
    }

    @Test
    void fromElsewhereTheUserAloneIsRefusedToo() {
        Seen seen = sent(STRANGER, request -> request.addHeader("X-User", "anna"), "header.user=X-User");

        assertThat(seen.status()).isEqualTo(403);
    }

    @Test
    void whoeverBringsNoHeaderIsOfNoTenant() {
        Seen seen = sent(STRANGER, request -> {});

        assertThat(seen.reached()).isTrue();
        assertThat(seen.tenant()).isEmpty();
    }

    @Test
    void aForwardedAddressOfTheGatewayIsNotTheGateway() {
        Consumer<MockHttpServletRequest> forged = request -> {
            request.addHeader("X-Organization", ACME.organizationId());
            request.addHeader("X-Forwarded-For", GATEWAY);
        };

        assertThat(sent(STRANGER, forged, new ForwardedHeaderFilter()).status()).isEqualTo(403);
        assertThat(sent(GATEWAY, forged, new ForwardedHeaderFilter()).tenant()).contains(ACME);
    }

    @Test
    void whatTomcatsValveHasPutInTheAddressIsNotTheGateway() {
        Seen seen = sent(GATEWAY, request -> {
            request.addHeader("X-Organization", ACME.organizationId());
            request.setAttribute("org.apache.tomcat.request.forwarded", true);
        });

        assertThat(seen.status()).isEqualTo(403);
    }

    @Test
    void twoHeadersAreRefused() {
        Seen seen = sent(GATEWAY, request -> {
            request.addHeader("X-Organization", ACME.organizationId());
            request.addHeader("X-Organization", ACME.organizationId());
        });

        assertThat(seen.status()).isEqualTo(403);
    }

    @Test
    void anOrganizationWithoutItsUserIsRefused() {
        Consumer<MockHttpServletRequest> organization =
                request -> request.addHeader("X-Organization", ACME.organizationId());

        assertThat(sent(GATEWAY, organization, "header.user=X-User").status()).isEqualTo(403);
        assertThat(sent(
                                GATEWAY,
                                organization.andThen(request -> request.addHeader("X-User", "anna")),
                                "header.user=X-User")
                        .tenant())
                .contains(ACME.withUser("anna"));
    }

    @Test
    void theLogTellsWhoWasRefusedAndNotWhatTheyBrought(CapturedOutput output) {
        sent(STRANGER, request -> request.addHeader("X-Organization", "secret-organization"));

        assertThat(output).contains("trusted-proxies", STRANGER).doesNotContain("secret-organization");
    }

    private static Seen sent(String from, Consumer<MockHttpServletRequest> request, Filter... before) {
        return sent(from, request, "header.organization=X-Organization", before);
    }

    private static Seen sent(
            String from, Consumer<MockHttpServletRequest> prepared, String property, Filter... before) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/");
        request.setRemoteAddr(from);
        prepared.accept(request);
        Seen[] seen = new Seen[1];
        application(
                        "tenant-datasource.tenant.header.organization=X-Organization",
                        "tenant-datasource.tenant.header.trusted-proxies=10.0.3.0/28",
                        "tenant-datasource.tenant." + property)
                .run(context -> seen[0] = send(context, request, before));
        return seen[0];
    }
}
