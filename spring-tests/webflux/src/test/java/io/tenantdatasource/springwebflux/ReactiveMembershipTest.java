package io.tenantdatasource.springwebflux;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.spring.propagation.TenantThreadLocalAccessor;
import io.tenantdatasource.spring.web.AuthenticatedTenantAutoConfiguration;
import io.tenantdatasource.spring.web.MemberFilterAutoConfiguration;
import io.tenantdatasource.spring.web.ReactiveTenantAutoConfiguration;
import io.tenantdatasource.spring.web.TenantMembership;
import io.tenantdatasource.spring.web.TenantMembershipAutoConfiguration;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.http.HttpStatusCode;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.handler.DefaultWebFilterChain;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** On WebFlux, too, whoever is signed in works for organizations that they are a member of. */
class ReactiveMembershipTest {

    private static final String[] HEADER = {
        "tenant-datasource.tenant.header.organization=X-Organization",
        "tenant-datasource.tenant.header.trusted-proxies=127.0.0.1"
    };
    private static final String PRINCIPAL = "tenant-datasource.tenant.principal.organization=organization";

    private static final Authentication ANNA = new TestingAuthenticationToken(
            Map.of("organization", GLOBEX.organizationId()), "", AuthorityUtils.createAuthorityList("USER"));

    private final boolean before = Hooks.isAutomaticContextPropagationEnabled();
    private final List<String> questions = new CopyOnWriteArrayList<>();

    @BeforeEach
    void propagate() {
        Hooks.enableAutomaticContextPropagation();
    }

    @AfterEach
    void asItWas() {
        if (!before) {
            Hooks.disableAutomaticContextPropagation();
        }
    }

    @Test
    void membersGoOnAndOthersAreRefused() {
        assertThat(sent(ANNA, header(ACME), HEADER)).isEqualTo("200 for " + Optional.of(ACME));
        assertThat(sent(ANNA, header(GLOBEX), HEADER)).isEqualTo("403");
        assertThat(questions).containsExactly("of " + ACME.organizationId(), "of " + GLOBEX.organizationId());
    }

    @Test
    void aPropertyOfThePrincipalIsAskedAboutToo() {
        assertThat(sent(ANNA, MockServerHttpRequest.get("/"), PRINCIPAL)).isEqualTo("403");
    }

    @Test
    void nobodyIsAskedAboutWhoIsNotSignedIn() {
        Authentication anonymous =
                new AnonymousAuthenticationToken("key", "anybody", AuthorityUtils.createAuthorityList("ANONYMOUS"));

        assertThat(sent(null, header(GLOBEX), HEADER)).isEqualTo("200 for " + Optional.of(GLOBEX));
        assertThat(sent(anonymous, header(GLOBEX), HEADER)).isEqualTo("200 for " + Optional.of(GLOBEX));
        assertThat(sent(ANNA, MockServerHttpRequest.get("/"), HEADER)).isEqualTo("200 for " + Optional.empty());
        assertThat(questions).isEmpty();
    }

    @Test
    void whoeverTheServerHasAuthenticatedIsAskedAboutToo() {
        UnaryOperator<ServerWebExchange> signedIn =
                exchange -> exchange.mutate().principal(Mono.just(() -> "anna")).build();

        application(HEADER)
                .run(context -> assertThat(send(
                                context.getBeanProvider(WebFilter.class)
                                        .orderedStream()
                                        .toList(),
                                null,
                                header(GLOBEX),
                                signedIn))
                        .isEqualTo("403"));
        application(HEADER)
                .withClassLoader(new FilteredClassLoader("org.springframework.security.core.Authentication"))
                .run(context -> assertThat(send(
                                context.getBeanProvider(WebFilter.class)
                                        .orderedStream()
                                        .toList(),
                                null,
                                header(GLOBEX),
                                signedIn))
                        .isEqualTo("403"));
    }

    @Test
    void aQuestionThatFailsFailsTheRequest() {
        assertThatThrownBy(() -> sent(ANNA, header(Tenant.of("unknown")), HEADER))
                .hasMessage("on purpose");
    }

    private String sent(
            Authentication authentication, MockServerHttpRequest.BaseBuilder<?> request, String... properties) {
        StringBuilder answer = new StringBuilder();
        application(properties)
                .run(context -> answer.append(send(
                        context.getBeanProvider(WebFilter.class).orderedStream().toList(),
                        authentication,
                        request,
                        exchange -> exchange)));
        return answer.toString();
    }

    private static String send(
            List<WebFilter> filters,
            Authentication authentication,
            MockServerHttpRequest.BaseBuilder<?> request,
            UnaryOperator<ServerWebExchange> signedIn) {
        MockServerWebExchange exchange = MockServerWebExchange.from(
                request.remoteAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1))
                        .build());
        StringBuilder reached = new StringBuilder();
        Mono<Void> answered = new DefaultWebFilterChain(
                        handled -> Mono.deferContextual(context -> {
                            reached.append("200 for ")
                                    .append(context.<Tenant>getOrEmpty(TenantThreadLocalAccessor.KEY));
                            return Mono.empty();
                        }),
                        filters)
                .filter(signedIn.apply(exchange));
        (authentication == null
                        ? answered
                        : answered.contextWrite(ReactiveSecurityContextHolder.withAuthentication(authentication)))
                .block();
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        return status == null ? reached.toString() : String.valueOf(status.value()) + reached;
    }

    private static MockServerHttpRequest.BaseBuilder<?> header(Tenant tenant) {
        return MockServerHttpRequest.get("/").header("X-Organization", tenant.organizationId());
    }

    private boolean isMember(Principal user, Tenant tenant) {
        if (tenant.organizationId().equals("unknown")) {
            throw new IllegalStateException("on purpose");
        }
        assertThat(TenantContext.current()).contains(tenant);
        assertThat(Schedulers.isInNonBlockingThread()).isFalse();
        questions.add("of " + tenant.organizationId());
        return tenant.equals(ACME);
    }

    private ReactiveWebApplicationContextRunner application(String... properties) {
        return new ReactiveWebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        AuthenticatedTenantAutoConfiguration.class,
                        ReactiveTenantAutoConfiguration.class,
                        TenantMembershipAutoConfiguration.class,
                        MemberFilterAutoConfiguration.class))
                .withBean(TenantMembership.class, () -> this::isMember)
                .withPropertyValues(properties);
    }
}
