package io.tenantdatasource.spring.web;

import io.tenantdatasource.Tenant;
import java.util.Optional;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Works for the tenant of whoever Spring Security has authenticated. Stands inside of its chain, so what is refused here gets
 * the answer that the application has for those who are denied access.
 */
final class AuthenticatedTenantWebFilter implements TenantWebFilter {

    private final AuthenticatedTenant authenticated;
    private final WebFilter members;
    private final Refusals refusals = new Refusals();

    AuthenticatedTenantWebFilter(AuthenticatedTenant authenticated, WebFilter members) {
        this.authenticated = authenticated;
        this.members = members;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Optional<Tenant> ofRequest = HeaderTenantWebFilter.found(exchange);
        return ReactiveSecurityContextHolder.getContext()
                .mapNotNull(SecurityContext::getAuthentication)
                .map(authentication -> resolve(authentication, ofRequest))
                .defaultIfEmpty(ofRequest)
                .flatMap(tenant -> TenantWebFilter.filterFor(tenant, exchange, same -> members.filter(same, chain)));
    }

    private Optional<Tenant> resolve(Authentication authentication, Optional<Tenant> ofRequest) {
        try {
            return authenticated.of(authentication, ofRequest);
        } catch (RefusedRequestException e) {
            refusals.log(e);
            throw new AccessDeniedException(e.getMessage(), e);
        }
    }

    @Override
    public int getOrder() {
        return TenantFilterOrder.AFTER_SECURITY;
    }
}
