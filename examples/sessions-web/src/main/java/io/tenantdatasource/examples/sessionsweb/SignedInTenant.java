package io.tenantdatasource.examples.sessionsweb;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets the rest of a request work for who sent it: their organization, narrowed to their own rows. */
final class SignedInTenant extends OncePerRequestFilter {

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication != null && authentication.getPrincipal() instanceof SignedInUser user) {
            try (TenantContext.Scope scope = TenantContext.open(tenantOf(user))) {
                chain.doFilter(request, response);
            }
        } else {
            chain.doFilter(request, response);
        }
    }

    private static Tenant tenantOf(SignedInUser user) {
        return Tenant.of(user.organizationId()).withUser(user.userId());
    }
}
