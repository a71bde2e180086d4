package io.tenantdatasource.spring.web;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.spring.propagation.TenantThreadLocalAccessor;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Writes the tenant where the accessor of the thread's tenant finds it. */
interface TenantWebFilter extends WebFilter, Ordered {

    static Mono<Void> filterFor(Optional<Tenant> tenant, ServerWebExchange exchange, WebFilterChain chain) {
        Mono<Void> rest = chain.filter(exchange);
        return tenant.map(known -> rest.contextWrite(context -> context.put(TenantThreadLocalAccessor.KEY, known)))
                .orElse(rest);
    }
}
