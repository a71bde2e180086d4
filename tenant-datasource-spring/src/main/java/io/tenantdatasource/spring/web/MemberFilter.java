package io.tenantdatasource.spring.web;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.spring.CurrentTenant;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;

/** Lets a request go on for the tenant of the running code only if whoever is authenticated is a member of it. */
final class MemberFilter implements Filter {

    private static final String ANSWER = MemberFilter.class.getName() + ".ANSWER";

    private final TenantMembership membership;
    private final AuthenticatedUser authenticated;
    private final Supplier<Optional<Tenant>> current;
    private final Refusals refusals = new Refusals();

    private MemberFilter(
            TenantMembership membership, AuthenticatedUser authenticated, Supplier<Optional<Tenant>> current) {
        this.membership = membership;
        this.authenticated = authenticated;
        this.current = current;
    }

    /**
     * Returns the filter of an application.
     *
     * @return one that lets everything go on if nobody says who is a member
     */
    static Filter of(
            ObjectProvider<TenantMembership> memberships,
            ObjectProvider<AuthenticatedUser> authenticated,
            ObjectProvider<CurrentTenant> tenants) {
        TenantMembership membership = memberships.getIfAvailable();
        return membership == null
                ? (request, response, chain) -> chain.doFilter(request, response)
                : new MemberFilter(membership, authenticated.getIfAvailable(() -> () -> null), Scopes.current(tenants));
    }

    /** Only this filter makes one, so nothing else that is put into the request's attributes passes for it. */
    private record Answer(Tenant tenant, String user, boolean member) {

        boolean isAbout(Tenant otherTenant, Principal otherUser) {
            return tenant.equals(otherTenant) && user.equals(otherUser.getName());
        }
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Tenant> tenant = current.get();
        Optional<Principal> user = user(request);
        if (tenant.isEmpty() || user.isEmpty() || isMember(user.get(), tenant.get(), request)) {
            chain.doFilter(request, response);
        } else {
            refuse(request, (HttpServletResponse) response, chain);
        }
    }

    /** Spring Security's, though a chain of its filters may not tell the request; or the server's own. */
    private Optional<Principal> user(ServletRequest request) {
        Principal user = authenticated.get();
        return user == null
                ? Optional.ofNullable(((HttpServletRequest) request).getUserPrincipal())
                : Optional.of(user);
    }

    private boolean isMember(Principal user, Tenant tenant, ServletRequest request) {
        if (request.getAttribute(ANSWER) instanceof Answer known && known.isAbout(tenant, user)) {
            return known.member();
        }
        // The page of what isMember throws is a dispatch of this request, and asks nobody again.
        request.setAttribute(ANSWER, new Answer(tenant, user.getName(), false));
        boolean member = membership.isMember(user, tenant);
        request.setAttribute(ANSWER, new Answer(tenant, user.getName(), member));
        return member;
    }

    /** Nothing runs after it: neither a page of errors nor a handler, which might ask for the tenant. */
    private void refuse(ServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getDispatcherType() == DispatcherType.ERROR) {
            try (var scope = TenantContext.openWithoutTenant()) {
                chain.doFilter(request, response);
            }
            return;
        }
        refusals.log(RefusedRequestException.notAMember());
        response.setStatus(HttpServletResponse.SC_FORBIDDEN);
    }
}
