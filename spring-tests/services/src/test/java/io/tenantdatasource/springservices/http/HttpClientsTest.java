package io.tenantdatasource.springservices.http;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.Headers;
import feign.FeignException;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import io.tenantdatasource.spring.http.TenantConnector;
import io.tenantdatasource.spring.http.TenantHeaders;
import io.tenantdatasource.spring.http.TenantHttpClientAutoConfiguration;
import io.tenantdatasource.spring.http.TenantRequestFactory;
import io.tenantdatasource.spring.propagation.TenantThreadLocalAccessor;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Services of one's own are told the tenant, and nobody else is. */
class HttpClientsTest {

    private static final String LISTED = "127.0.0.1";
    private static final String FOREIGN = "localhost";

    private Stub stub;

    @BeforeEach
    void listen() throws IOException {
        stub = new Stub();
    }

    @AfterEach
    void stop() {
        stub.close();
    }

    @ParameterizedTest
    @EnumSource
    void aListedHostIsToldTheTenantOfTheRunningCode(Client client) {
        get(client, ACME, stub.at(LISTED));
        get(client, GLOBEX.withUser("bob"), stub.at(LISTED));

        assertThat(stub.received())
                .map(HttpClientsTest::organization)
                .containsExactly(ACME.organizationId(), GLOBEX.organizationId());
        assertThat(stub.received())
                .map(headers -> headers.getFirst("X-User-Id"))
                .containsExactly(null, "bob");
    }

    @ParameterizedTest
    @EnumSource
    void withoutATenantNothingIsSentAndNothingIsLeftOfTheOneBefore(Client client) {
        get(client, ACME, stub.at(LISTED));
        withHeaders(headers -> client.get(stub.at(LISTED), headers, Map.of()));

        assertThat(stub.received().get(1)).doesNotContainKeys("X-organization-id", "X-user-id");
    }

    @ParameterizedTest
    @EnumSource
    void aHostThatIsNotListedIsToldNothing(Client client) {
        get(client, ACME.withUser("anna"), stub.at(FOREIGN));

        assertThat(stub.received())
                .singleElement()
                .satisfies(headers -> assertThat(headers).doesNotContainKeys("X-organization-id", "X-user-id"));
    }

    @ParameterizedTest
    @EnumSource
    void aRedirectToAnotherHostIsNotFollowed(Client client) {
        // Feign takes what is not followed for an error.
        Throwable failure = catchThrowable(() -> get(client, ACME, redirect()));

        assertThat(stub.received()).map(HttpClientsTest::organization).containsExactly(ACME.organizationId());
        assertThat(failure instanceof FeignException).isEqualTo(client == Client.FEIGN);
    }

    /** Why redirects are not followed. */
    @Test
    void theJdksClientTakesHeadersAlongToAnotherHost() throws Exception {
        HttpClient following = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();

        following.send(
                HttpRequest.newBuilder(URI.create(redirect()))
                        .header("X-Organization-Id", "acme")
                        .build(),
                HttpResponse.BodyHandlers.discarding());

        assertThat(stub.received()).map(HttpClientsTest::organization).containsExactly("acme", "acme");
        withHeaders(headers -> {
            assertThatThrownBy(() -> new TenantRequestFactory(following, headers))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("follows redirects (normal)");
            assertThatThrownBy(() -> new TenantConnector(following, headers))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("follows redirects (normal)");
        });
    }

    @ParameterizedTest
    @EnumSource
    void aHeaderOfTheCallersOwnIsNotReplacedButRefused(Client client) {
        for (String name : List.of("X-Organization-Id", "x-user-id")) {
            withHeaders(headers -> assertThatThrownBy(() ->
                            TenantContext.run(ACME, () -> client.get(stub.at(LISTED), headers, Map.of(name, "secret"))))
                    .hasStackTraceContaining("brings the header")
                    .message()
                    .doesNotContain("secret"));
        }
        withHeaders(headers -> assertThatThrownBy(
                        () -> client.get(stub.at(LISTED), headers, Map.of("X-Organization-Id", "globex")))
                .hasStackTraceContaining("brings the header"));
        assertThat(stub.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,b", "a b", "ä", "a\r\nX-User-Id: root"})
    void anIdThatAHeaderWouldChangeIsRefused(String id) {
        assertThatThrownBy(() -> get(Client.REST_CLIENT, Tenant.of(id), stub.at(LISTED)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("organization's id of the running code's tenant cannot be sent");
        assertThatThrownBy(() -> get(Client.FEIGN, ACME.withUser(id), stub.at(LISTED)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("user's id of the running code's tenant cannot be sent");
        assertThat(stub.received()).isEmpty();
    }

    @Test
    void aWebClientTakesTheTenantOfTheSubscriptionWhereverItThenRuns() {
        withHeaders(headers -> {
            Mono<String> request = WebClient.builder()
                    .clientConnector(new TenantConnector(HttpClient.newHttpClient(), headers))
                    .build()
                    .post()
                    .uri(URI.create(stub.at(LISTED)))
                    .body(Mono.fromCallable(() -> "later").subscribeOn(Schedulers.boundedElastic()), String.class)
                    .retrieve()
                    .bodyToMono(String.class);

            TenantContext.run(GLOBEX, request::block);
            request.contextWrite(context -> context.put(TenantThreadLocalAccessor.KEY, ACME))
                    .subscribeOn(Schedulers.parallel())
                    .block();
        });
        assertThat(stub.received())
                .map(HttpClientsTest::organization)
                .containsExactly(GLOBEX.organizationId(), ACME.organizationId());
    }

    @Test
    void namesOfHeadersAndHostsAreSet() {
        application(
                        "tenant-datasource.http-client.hosts[0]=billing.internal",
                        "tenant-datasource.http-client.hosts[1]=LOCALHOST",
                        "tenant-datasource.http-client.organization-header=X-Org",
                        "tenant-datasource.http-client.user-header=X-Usr")
                .run(context -> TenantContext.run(
                        ACME.withUser("anna"),
                        () -> Client.REST_CLIENT.get(
                                stub.at("localhost"), context.getBean(TenantHeaders.class), Map.of())));

        assertThat(stub.received().get(0).getFirst("X-Org")).isEqualTo(ACME.organizationId());
        assertThat(stub.received().get(0).getFirst("X-Usr")).isEqualTo("anna");
    }

    @Test
    void aClientThatWouldTellNobodyIsNotMade() {
        application().run(context -> {
            for (Client client : Client.values()) {
                assertThatThrownBy(() -> client.get(stub.at(LISTED), context.getBean(TenantHeaders.class), Map.of()))
                        .hasMessageContaining("tenant-datasource.http-client.hosts lists none");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "*.internal", "http://billing", "billing:8080", "billing/", "user@billing"})
    void whatIsNoNameOfAHostStopsTheStart(String host) {
        application("tenant-datasource.http-client.hosts=" + host)
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("'" + host + "' is not the name of a host"));
    }

    private String redirect() {
        return stub.at(LISTED) + "?" + URLEncoder.encode(stub.at(FOREIGN), StandardCharsets.UTF_8);
    }

    private static String organization(Headers headers) {
        return headers.getFirst("X-Organization-Id");
    }

    private static void get(Client client, Tenant tenant, String url) {
        withHeaders(headers -> TenantContext.run(tenant, () -> client.get(url, headers, Map.of())));
    }

    private static void withHeaders(Consumer<TenantHeaders> test) {
        application("tenant-datasource.http-client.hosts=" + LISTED)
                .run(context -> test.accept(context.getBean(TenantHeaders.class)));
    }

    private static ApplicationContextRunner application(String... properties) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        TenantDataSourceAutoConfiguration.class, TenantHttpClientAutoConfiguration.class))
                .withPropertyValues(properties);
    }
}
