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
import io.tenantdatasource.spring.web.TenantFilterOrder;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.oauth2.core.DefaultOAuth2AuthenticatedPrincipal;

/** Whatever the principal of an application is, its organization can be named. */
class PrincipalPropertyTest {

    private record Organization(UUID id) {}

    private record Person(String name, Organization organization, String organizationId) {

        private Person(String organizationId) {
            this("anna", new Organization(UUID.fromString(ACME.organizationId())), organizationId);
        }
    }

    @AfterEach
    void nobodyIsAuthenticated() {
        SecurityContextHolder.clearContext();
    }

    @Test
    void componentsOfRecordsEntriesOfMapsAndAttributesAreProperties() {
        assertThat(tenantOf(new Person(ACME.organizationId()), "organizationId"))
                .contains(ACME);
        assertThat(tenantOf(new Person(null), "organization.id")).contains(ACME);
        assertThat(tenantOf(Map.of("org", Map.of("id", ACME.organizationId())), "org.id"))
                .contains(ACME);
        assertThat(tenantOf(
                        new DefaultOAuth2AuthenticatedPrincipal(
                                Map.of("org", ACME.organizationId()), AuthorityUtils.NO_AUTHORITIES),
                        "org"))
                .contains(ACME);
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC", "ERROR"})
    void laterDispatchesAreOfTheTenantToo(DispatcherType type) {
        authenticate(new Person(ACME.organizationId()));
        application("tenant-datasource.tenant.principal.organization=organizationId")
                .run(context -> {
                    assertThat(send(context, dispatched(type)).tenant()).contains(ACME);
                    assertThat(dispatches(context)).contains(type);
                });
    }

    @Test
    void aUserMayBeNamedToo() {
        assertThat(tenantOf(new Person(ACME.organizationId()), "organizationId", "name"))
                .contains(ACME.withUser("anna"));
    }

    @Test
    void whoeverHasNoSuchPropertyOrNoneInItIsOfNoTenant() {
        assertThat(tenantOf(new User("operator", "", List.of()), "organizationId"))
                .isEmpty();
        assertThat(tenantOf(new Person(null), "organizationId")).isEmpty();
        assertThat(tenantOf("operator", "organizationId")).isEmpty();
    }

    @Test
    void nobodyIsOfNoTenant() {
        Authentication anonymous = new AnonymousAuthenticationToken(
                "key", new Person(ACME.organizationId()), AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"));
        Authentication unproven = new TestingAuthenticationToken(new Person(ACME.organizationId()), "");
        unproven.setAuthenticated(false);

        assertThat(tenantOf(anonymous, "organizationId", null)).isEmpty();
        assertThat(tenantOf(unproven, "organizationId", null)).isEmpty();
        assertThat(tenantOf((Authentication) null, "organizationId", null)).isEmpty();
    }

    @Test
    void connectionsOutsideOfTheFiltersAskTheAuthenticationUnlessAScopeIsOpen() {
        application("tenant-datasource.tenant.principal.organization=organizationId")
                .run(context -> {
                    FallbackTenantResolver fallback = context.getBean(FallbackTenantResolver.class);

                    authenticate(new Person(ACME.organizationId()));
                    assertThat(fallback.resolve()).contains(ACME);

                    authenticate(new Person(" "));
                    assertThatThrownBy(fallback::resolve)
                            .isInstanceOf(AccessDeniedException.class)
                            .hasMessageContaining("organizationId");
                });
    }

    @Test
    void aScopeThatSomebodyElseHasOpenedWins() throws Exception {
        try (var scope = TenantContext.open(GLOBEX)) {
            assertThat(tenantOf(new Person(ACME.organizationId()), "organizationId"))
                    .contains(GLOBEX);
        }
        try (var scope = TenantContext.openWithoutTenant()) {
            assertThat(tenantOf(new Person(ACME.organizationId()), "organizationId"))
                    .isEmpty();
        }
    }

    @Test
    void aScopeThatTheApplicationLeavesOpenEndsWithTheRequest() {
        application("tenant-datasource.tenant.principal.organization=organizationId")
                .run(context -> {
                    Filter forgetful = (request, response, chain) -> TenantContext.open(GLOBEX);
                    FilterRegistrationBean<?> registration = context.getBean(FilterRegistrationBean.class);
                    assertThatThrownBy(() -> registration
                                    .getFilter()
                                    .doFilter(
                                            new MockHttpServletRequest(),
                                            new org.springframework.mock.web.MockHttpServletResponse(),
                                            (request, response) -> forgetful.doFilter(request, response, null)))
                            .hasMessageContaining("out of order");
                    assertThat(TenantContext.isOpen()).isFalse();
                });
    }

    @Test
    void theFilterIsRightAfterSecurityWhereverThatIs() {
        String principal = "tenant-datasource.tenant.principal.organization=organizationId";

        application(principal)
                .run(context -> assertThat(
                                context.getBean(FilterRegistrationBean.class).getOrder())
                        .isEqualTo(TenantFilterOrder.AFTER_SECURITY));
        application(principal, "spring.security.filter.order=7")
                .run(context -> assertThat(
                                context.getBean(FilterRegistrationBean.class).getOrder())
                        .isEqualTo(8));
    }

    @Test
    void aResolverOfTheApplicationSwitchesAllOfItOff() {
        application(
                        "tenant-datasource.tenant.principal.organization=organizationId",
                        "tenant-datasource.tenant.header.organization=X-Organization",
                        "tenant-datasource.tenant.header.trusted-proxies=10.0.3.1")
                .withBean(TenantResolver.class, () -> () -> Optional.of(GLOBEX))
                .run(context -> assertThat(context)
                        .doesNotHaveBean(FilterRegistrationBean.class)
                        .doesNotHaveBean(FallbackTenantResolver.class));
    }

    @Test
    void withoutPropertiesThereIsNoFilter() {
        application()
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(FilterRegistrationBean.class)
                        .doesNotHaveBean(FallbackTenantResolver.class));
    }

    private static Optional<Tenant> tenantOf(Object principal, String property) {
        return tenantOf(principal, property, null);
    }

    private static Optional<Tenant> tenantOf(Object principal, String property, String user) {
        return tenantOf(authentication(principal), property, user);
    }

    private static Optional<Tenant> tenantOf(Authentication authentication, String property, String user) {
        SecurityContextHolder.getContext().setAuthentication(authentication);
        RequestTenants.Seen[] seen = new RequestTenants.Seen[1];
        application("tenant-datasource.tenant.principal.organization=" + property)
                .withPropertyValues(
                        user == null ? new String[0] : new String[] {"tenant-datasource.tenant.principal.user=" + user})
                .run(context -> seen[0] = send(context, new MockHttpServletRequest()));
        assertThat(seen[0].reached()).isTrue();
        return seen[0].tenant();
    }

    private static void authenticate(Object principal) {
        SecurityContextHolder.getContext().setAuthentication(authentication(principal));
    }

    private static Authentication authentication(Object principal) {
        return new TestingAuthenticationToken(principal, "", AuthorityUtils.createAuthorityList("USER"));
    }
}
