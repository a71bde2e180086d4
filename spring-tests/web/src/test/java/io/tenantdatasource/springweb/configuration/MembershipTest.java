package io.tenantdatasource.springweb.configuration;

import static io.tenantdatasource.springweb.configuration.RequestTenants.application;
import static io.tenantdatasource.springweb.configuration.RequestTenants.dispatched;
import static io.tenantdatasource.springweb.configuration.RequestTenants.dispatches;
import static io.tenantdatasource.springweb.configuration.RequestTenants.send;
import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantResolver;
import io.tenantdatasource.spring.FallbackTenantResolver;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import io.tenantdatasource.spring.web.TenantFilterOrder;
import io.tenantdatasource.spring.web.TenantMembership;
import io.tenantdatasource.springweb.configuration.RequestTenants.Seen;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.RegistrationBean;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;

/** Whoever is signed in works for organizations that they are a member of, and for no other. */
@ExtendWith(OutputCaptureExtension.class)
class MembershipTest {

    private static final String[] HEADER = {
        "tenant-datasource.tenant.header.organization=X-Organization",
        "tenant-datasource.tenant.header.trusted-proxies=127.0.0.1"
    };
    private static final String PRINCIPAL = "tenant-datasource.tenant.principal.organization=organization";

    private static final Authentication ANNA = new TestingAuthenticationToken(
            Map.of("organization", ACME.organizationId()), "", AuthorityUtils.createAuthorityList("USER"));

    private final List<String> questions = new ArrayList<>();

    @AfterEach
    void nobodyIsAuthenticated() {
        SecurityContextHolder.clearContext();
    }

    @Test
    void membersGoOn() {
        signIn(ANNA);

        assertThat(sent(membersOf(ACME), header(ACME), HEADER).tenant()).contains(ACME);
    }

    @Test
    void othersAreRefusedAndReachNothing() {
        signIn(ANNA);

        assertThat(sent(membersOf(ACME), header(GLOBEX), HEADER)).isEqualTo(new Seen(false, Optional.empty(), 403));
    }

    @Test
    void aPropertyOfThePrincipalIsAskedAboutToo() {
        signIn(ANNA);

        assertThat(sent(membersOf(ACME), new MockHttpServletRequest(), PRINCIPAL)
                        .tenant())
                .contains(ACME);
        assertThat(sent(membersOf(GLOBEX), new MockHttpServletRequest(), PRINCIPAL))
                .isEqualTo(new Seen(false, Optional.empty(), 403));
    }

    @Test
    void aScopeOfTheApplicationsOwnIsAskedAboutToo() {
        signIn(ANNA);
        Filter own = (request, response, chain) -> {
            try (var scope = TenantContext.open(GLOBEX)) {
                chain.doFilter(request, response);
            }
        };

        assertThat(sent(membersOf(ACME), new MockHttpServletRequest(), own))
                .isEqualTo(new Seen(false, Optional.empty(), 403));
        assertThat(sent(membersOf(ACME), new MockHttpServletRequest(), own, PRINCIPAL))
                .isEqualTo(new Seen(false, Optional.empty(), 403));
    }

    @Test
    void aFallbackOfTheApplicationsOwnIsAskedAboutToo() {
        signIn(ANNA);

        with(membersOf(ACME))
                .withConfiguration(AutoConfigurations.of(TenantDataSourceAutoConfiguration.class))
                .withBean(FallbackTenantResolver.class, () -> () -> Optional.of(GLOBEX))
                .run(context -> assertThat(
                                send(context, new MockHttpServletRequest()).status())
                        .isEqualTo(403));
    }

    @Test
    void nobodyIsAskedAboutWhoIsNotSignedIn() {
        assertThat(sent(refusingAll(), header(ACME), HEADER).tenant()).contains(ACME);

        signIn(new AnonymousAuthenticationToken("key", "anybody", AuthorityUtils.createAuthorityList("ANONYMOUS")));
        assertThat(sent(refusingAll(), header(ACME), HEADER).tenant()).contains(ACME);
        assertThat(questions).isEmpty();
    }

    @Test
    void nobodyIsAskedWhereThereIsNoTenant() {
        signIn(ANNA);

        assertThat(sent(refusingAll(), new MockHttpServletRequest(), HEADER).reached())
                .isTrue();
        assertThat(questions).isEmpty();
    }

    @Test
    void whoeverTheServerHasAuthenticatedIsAskedAboutWithoutSpringSecurity() {
        MockHttpServletRequest request = header(GLOBEX);
        request.setUserPrincipal(() -> "anna");
        Seen[] seen = new Seen[1];

        with(membersOf(ACME), HEADER)
                .withClassLoader(new FilteredClassLoader("org.springframework.security"))
                .run(context -> seen[0] = send(context, request));

        assertThat(seen[0].status()).isEqualTo(403);
        assertThat(questions).containsExactly("anna of " + GLOBEX.organizationId());
    }

    @Test
    void theQuestionRunsForTheTenantThatItIsAbout() {
        signIn(ANNA);
        List<Optional<Tenant>> scopes = new ArrayList<>();

        sent((user, tenant) -> scopes.add(TenantContext.current()), header(GLOBEX), HEADER);

        assertThat(scopes).containsExactly(Optional.of(GLOBEX));
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "ERROR"})
    void oneRequestIsAskedAboutOnce(DispatcherType type) {
        signIn(ANNA);
        MockHttpServletRequest request = header(ACME);

        with(membersOf(ACME), HEADER).run(context -> {
            assertThat(send(context, request).tenant()).contains(ACME);
            assertThat(send(context, later(type, request)).tenant()).contains(ACME);
            assertThat(dispatches(context)).contains(type);
        });
        assertThat(questions).hasSize(1);
    }

    @Test
    void anAnswerIsNotForAnotherUserOfTheSameRequest() {
        signIn(ANNA);
        MockHttpServletRequest request = header(ACME);

        with((user, tenant) -> user.equals(ANNA), HEADER).run(context -> {
            assertThat(send(context, request).status()).isEqualTo(200);
            signIn(new TestingAuthenticationToken("bob", "", AuthorityUtils.createAuthorityList("USER")));
            assertThat(send(context, later(DispatcherType.ASYNC, request)).status())
                    .isEqualTo(403);
        });
    }

    /** Neither that of the first dispatch, nor one that is the first to know who is authenticated. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pagesOfErrorsOfWhatIsRefusedAreOfNoTenant(boolean asked) {
        signIn(ANNA);
        MockHttpServletRequest request = header(GLOBEX);

        with(membersOf(ACME), HEADER).run(context -> {
            if (asked) {
                send(context, request);
            }
            assertThat(send(context, later(DispatcherType.ERROR, request)))
                    .isEqualTo(new Seen(true, Optional.empty(), 200));
        });
        assertThat(questions).hasSize(1);
    }

    @Test
    void aQuestionThatFailsFailsTheRequestAndItsPageOfErrorsIsOfNoTenant() {
        signIn(ANNA);
        MockHttpServletRequest request = header(ACME);
        TenantMembership failing = (user, tenant) -> {
            throw new IllegalStateException("on purpose");
        };

        with(failing, HEADER).run(context -> {
            assertThatThrownBy(() -> send(context, request)).hasMessage("on purpose");
            assertThat(send(context, later(DispatcherType.ERROR, request)).tenant())
                    .isEmpty();
        });
    }

    @Test
    void theLogNamesNeitherTheUserNorTheOrganization(CapturedOutput output) {
        signIn(new TestingAuthenticationToken("secret-user", "", AuthorityUtils.createAuthorityList("USER")));

        sent(membersOf(ACME), header(Tenant.of("secret-organization")), HEADER);

        assertThat(output)
                .contains("Refused a request with 403", "no member")
                .doesNotContain("secret-user", "secret-organization");
    }

    @Test
    void theFilterStandsRightAfterSpringSecurity() {
        with(membersOf(ACME), HEADER)
                .run(context -> assertThat(order(context.getBean("tenantMemberFilter")))
                        .isEqualTo(TenantFilterOrder.AFTER_SECURITY));
        with(membersOf(ACME), HEADER)
                .withPropertyValues("spring.security.filter.order=7")
                .run(context ->
                        assertThat(order(context.getBean("tenantMemberFilter"))).isEqualTo(8));
    }

    private static int order(Object filter) {
        return ((RegistrationBean) filter).getOrder();
    }

    @Test
    void besideAResolverThatDecidesAloneTheApplicationDoesNotStart() {
        with(membersOf(ACME))
                .withBean(TenantResolver.class, () -> Optional::empty)
                .run(context -> assertThat(context.getStartupFailure())
                        .hasMessageContaining("would not be asked")
                        .hasMessageContaining("RequestTenantResolver"));
    }

    @Test
    void anEmptyQueryStopsTheStart() {
        application("tenant-datasource.tenant.membership.query=")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("membership.query is not set")
                        .hasMessageContaining("to a query with two parameters"));
    }

    private TenantMembership refusingAll() {
        return membersOf(null);
    }

    private TenantMembership membersOf(Tenant only) {
        return (Principal user, Tenant tenant) -> {
            questions.add(user.getName() + " of " + tenant.organizationId());
            return tenant.equals(only);
        };
    }

    private static void signIn(Authentication authentication) {
        SecurityContextHolder.getContext().setAuthentication(authentication);
    }

    private static MockHttpServletRequest header(Tenant tenant) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/");
        request.addHeader("X-Organization", tenant.organizationId());
        return request;
    }

    /** A later dispatch of a request has its headers and attributes. */
    private static MockHttpServletRequest later(DispatcherType type, MockHttpServletRequest first) {
        MockHttpServletRequest request = dispatched(type);
        request.addHeader("X-Organization", String.valueOf(first.getHeader("X-Organization")));
        first.getAttributeNames().asIterator().forEachRemaining(name -> {
            if (!name.endsWith(".FILTERED")) {
                request.setAttribute(name, first.getAttribute(name));
            }
        });
        return request;
    }

    private static WebApplicationContextRunner with(TenantMembership membership, String... properties) {
        return application(properties).withBean(TenantMembership.class, () -> membership);
    }

    private static Seen sent(TenantMembership membership, MockHttpServletRequest request, String... properties) {
        return sent(membership, request, (some, response, chain) -> chain.doFilter(some, response), properties);
    }

    private static Seen sent(
            TenantMembership membership, MockHttpServletRequest request, Filter before, String... properties) {
        Seen[] seen = new Seen[1];
        with(membership, properties).run(context -> seen[0] = send(context, request, before));
        return seen[0];
    }
}
