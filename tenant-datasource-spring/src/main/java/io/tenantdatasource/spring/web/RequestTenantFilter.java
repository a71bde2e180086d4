package io.tenantdatasource.spring.web;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.web.filter.OncePerRequestFilter;

/** Works for the tenant that the request itself names, around everything that comes after it. */
final class RequestTenantFilter extends OncePerRequestFilter {

    private static final String TENANT = RequestTenantFilter.class.getName() + ".TENANT";

    private final RequestTenantResolver resolver;
    private final Refusals refusals = new Refusals();

    /** Whether there is a filter after this one that knows the tenant of the authentication. */
    private final boolean authenticationMayKnow;

    RequestTenantFilter(RequestTenantResolver resolver, boolean authenticationMayKnow) {
        this.resolver = resolver;
        this.authenticationMayKnow = authenticationMayKnow;
    }

    /** Only this filter makes one, so nothing else that is put into the request's attributes passes for it. */
    private record Found(Optional<Tenant> tenant) {}

    /** Returns what this filter has found for a request. */
    static Optional<Tenant> found(HttpServletRequest request) {
        return request.getAttribute(TENANT) instanceof Found found ? found.tenant() : Optional.empty();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Tenant> tenant;
        try {
            tenant = resolveOnce(request);
        } catch (RefusedRequestException e) {
            refusals.log(e);
            refuse(request, response, chain);
            return;
        }
        if (tenant.isEmpty() && authenticationMayKnow) {
            chain.doFilter(request, response);
            return;
        }
        try (var scope = Scopes.open(tenant)) {
            chain.doFilter(request, response);
        }
    }

    /** One request works for one tenant, whatever has become of its session by the time of a later dispatch. */
    private Optional<Tenant> resolveOnce(HttpServletRequest request) {
        if (!(request.getAttribute(TENANT) instanceof Found)) {
            request.setAttribute(TENANT, new Found(resolver.resolve(request)));
        }
        return found(request);
    }

    /** Without {@code sendError}, whose page would be made by what the request has not got to. */
    private static void refuse(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getDispatcherType() != DispatcherType.ERROR) {
            response.setStatus(HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        try (var scope = TenantContext.openWithoutTenant()) {
            chain.doFilter(request, response);
        }
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }
}
