package io.tenantdatasource.spring.web;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.spring.CurrentTenant;
import io.tenantdatasource.spring.propagation.TenantThreadLocalAccessor;
import java.security.Principal;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Lets a request go on for the tenant in Reactor's context only if whoever is authenticated is a member of it. */
final class MemberWebFilter implements WebFilter, Ordered {

    private static final boolean SECURITY = ClassUtils.isPresent(
            "org.springframework.security.core.context.ReactiveSecurityContextHolder",
            MemberWebFilter.class.getClassLoader());

    private final TenantMembership membership;
    private final Supplier<Optional<Tenant>> current;
    private final Refusals refusals = new Refusals();

    private MemberWebFilter(TenantMembership membership, Supplier<Optional<Tenant>> current) {
        this.membership = membership;
        this.current = current;
    }

    /**
     * Returns the filter of an application.
     *
     * @return one that lets everything go on if nobody says who is a member
     */
    static WebFilter of(ObjectProvider<TenantMembership> memberships, ObjectProvider<CurrentTenant> tenants) {
        TenantMembership membership = memberships.getIfAvailable();
        return membership == null
                ? (exchange, chain) -> chain.filter(exchange)
                : new MemberWebFilter(membership, Scopes.current(tenants));
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return Mono.deferContextual(context -> context.<Tenant>getOrEmpty(TenantThreadLocalAccessor.KEY)
                .or(current)
                .map(tenant -> user(exchange)
                        .flatMap(user -> isMember(user, tenant))
                        .defaultIfEmpty(true)
                        .flatMap(member -> member ? chain.filter(exchange) : refuse(exchange)))
                .orElseGet(() -> chain.filter(exchange)));
    }

    private static Mono<Principal> user(ServerWebExchange exchange) {
        return SECURITY ? SecurityUser.of(exchange) : exchange.getPrincipal();
    }

    /** Looking it up blocks, as a rule. */
    private Mono<Boolean> isMember(Principal user, Tenant tenant) {
        return Mono.fromCallable(() -> TenantContext.call(tenant, () -> membership.isMember(user, tenant)))
                .subscribeOn(Schedulers.boundedElastic());
    }

    private Mono<Void> refuse(ServerWebExchange exchange) {
        refusals.log(RefusedRequestException.notAMember());
        exchange.getResponse().setStatusCode(HttpStatus.FORBIDDEN);
        return exchange.getResponse().setComplete();
    }

    @Override
    public int getOrder() {
        return TenantFilterOrder.AFTER_SECURITY;
    }

    /** Not everybody has its classes. */
    private static final class SecurityUser {

        static Mono<Principal> of(ServerWebExchange exchange) {
            return ReactiveSecurityContextHolder.getContext()
                    .mapNotNull(SecurityContext::getAuthentication)
                    .<Principal>map(authentication -> authentication)
                    .switchIfEmpty(Mono.defer(exchange::getPrincipal))
                    .filter(user -> !(user instanceof Authentication authentication)
                            || AuthenticatedTenant.isSomebody(authentication));
        }
    }
}
