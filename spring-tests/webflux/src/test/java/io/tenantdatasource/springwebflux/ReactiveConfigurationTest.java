package io.tenantdatasource.springwebflux;

import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantResolver;
import io.tenantdatasource.spring.web.AuthenticatedTenantAutoConfiguration;
import io.tenantdatasource.spring.web.ReactiveTenantAutoConfiguration;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

class ReactiveConfigurationTest {

    private static final String JWT = "tenant-datasource.tenant.jwt.organization-claim=org";
    private static final String[] HEADER = {
        "tenant-datasource.tenant.header.organization=X-Organization",
        "tenant-datasource.tenant.header.trusted-proxies=10.0.3.0/28"
    };

    private final boolean before = Hooks.isAutomaticContextPropagationEnabled();

    @BeforeEach
    void propagate() {
        Hooks.enableAutomaticContextPropagation();
    }

    /** Reactor's hooks are the same for all tests. */
    @AfterEach
    void asItWas() {
        if (before) {
            Hooks.enableAutomaticContextPropagation();
        } else {
            Hooks.disableAutomaticContextPropagation();
        }
    }

    @Test
    void withoutContextPropagationTheApplicationDoesNotStart() {
        Hooks.disableAutomaticContextPropagation();

        application(JWT)
                .run(context -> assertThat(context.getStartupFailure())
                        .hasMessageContaining("Set spring.reactor.context-propagation to auto"));
    }

    @Test
    void withoutATenantToPropagateItStarts() {
        Hooks.disableAutomaticContextPropagation();

        application().run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(WebFilter.class));
    }

    @Test
    void aSessionCookieIsRefusedAsItsLookUpBlocks() {
        application("tenant-datasource.tenant.session-cookie.name=token")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("looking up a token blocks"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"server.forward-headers-strategy=framework", "server.forward-headers-strategy=native"})
    void addressesThatAHeaderTellsAreRefused(String strategy) {
        application(HEADER)
                .withPropertyValues(strategy)
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("server.forward-headers-strategy to none"));
    }

    /** As an empty variable of the environment sets it; Spring Boot takes it for not set. */
    @Test
    void addressesThatAHeaderTellsAreRefusedWhereTheCloudDecides() {
        application(HEADER)
                .withPropertyValues("spring.main.cloud-platform=kubernetes", "server.forward-headers-strategy=")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("server.forward-headers-strategy to none"));
    }

    @Test
    void addressesThatABeanOfTheApplicationTakesFromAHeaderAreRefused() {
        application(HEADER)
                .withBean("forwardedHeaderTransformer", ForwardedHeaderTransformer.class)
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("ForwardedHeaderTransformer"));
    }

    @Test
    void aTransformerThatOnlyRemovesSuchHeadersIsNot() {
        application(HEADER)
                .withBean(
                        "forwardedHeaderTransformer",
                        ForwardedHeaderTransformer.class,
                        ReactiveConfigurationTest::removing)
                .run(context -> assertThat(context).hasNotFailed());
    }

    private static ForwardedHeaderTransformer removing() {
        ForwardedHeaderTransformer transformer = new ForwardedHeaderTransformer();
        transformer.setRemoveOnly(true);
        return transformer;
    }

    @Test
    void theHeaderIsTheGatewaysWordAndNobodyElses() {
        application(HEADER).run(context -> {
            WebFilter filter = context.getBean(WebFilter.class);

            assertThat(answer(filter, "10.0.3.1")).isEqualTo(HttpStatus.OK);
            assertThat(answer(filter, "203.0.113.9")).isEqualTo(HttpStatus.FORBIDDEN);
        });
    }

    @Test
    void aResolverOfTheApplicationSwitchesAllOfItOff() {
        application(JWT)
                .withBean(TenantResolver.class, () -> () -> Optional.of(ACME))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(WebFilter.class));
    }

    private static ReactiveWebApplicationContextRunner application(String... properties) {
        return new ReactiveWebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        AuthenticatedTenantAutoConfiguration.class, ReactiveTenantAutoConfiguration.class))
                .withPropertyValues(properties);
    }

    private static HttpStatus answer(WebFilter filter, String from) {
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/")
                .remoteAddress(new InetSocketAddress(from, 1))
                .header("X-Organization", ACME.organizationId()));
        filter.filter(
                        exchange,
                        reached -> Mono.fromRunnable(() -> reached.getResponse().setStatusCode(HttpStatus.OK)))
                .block();
        return HttpStatus.valueOf(exchange.getResponse().getStatusCode().value());
    }
}
