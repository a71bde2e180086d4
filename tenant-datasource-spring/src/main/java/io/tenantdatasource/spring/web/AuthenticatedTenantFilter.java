package io.tenantdatasource.spring.web;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Works for the tenant of whoever Spring Security has authenticated. Stands inside of its chain, so what is refused here gets
 * the answer that the application has for those who are denied access.
 */
final class AuthenticatedTenantFilter extends OncePerRequestFilter {

    private final AuthenticatedTenant authenticated;
    private final Supplier<Authentication> current;
    private final Filter members;
    private final Refusals refusals = new Refusals();

    AuthenticatedTenantFilter(AuthenticatedTenant authenticated, Supplier<Authentication> current, Filter members) {
        this.authenticated = authenticated;
        this.current = current;
        this.members = members;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Tenant> ofRequest = RequestTenantFilter.found(request);
        if (saidBySomebodyElse(ofRequest)) {
            members.doFilter(request, response, chain);
            return;
        }
        try (var scope = Scopes.open(resolve(request, ofRequest))) {
            members.doFilter(request, response, chain);
        }
    }

    /** A filter of the application, or a test that runs this on its own thread. */
    private static boolean saidBySomebodyElse(Optional<Tenant> ofRequest) {
        return TenantContext.isOpen()
                && (ofRequest.isEmpty() || !TenantContext.current().equals(ofRequest));
    }

    private Optional<Tenant> resolve(HttpServletRequest request, Optional<Tenant> ofRequest) {
        try {
            return authenticated.of(current.get(), ofRequest);
        } catch (RefusedRequestException e) {
            if (request.getDispatcherType() == DispatcherType.ERROR) {
                return Optional.empty();
            }
            refusals.log(e);
            throw new AccessDeniedException(e.getMessage(), e);
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
