package io.tenantdatasource.spring.web;

import io.tenantdatasource.Tenant;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** What a header of the gateway says. From anybody else, the header is refused. */
final class HeaderTenantWebFilter implements TenantWebFilter {

    private static final String TENANT = HeaderTenantWebFilter.class.getName() + ".TENANT";

    private final TenantNames names;
    private final Gateway gateway;
    private final Refusals refusals = new Refusals();

    HeaderTenantWebFilter(TenantNames names, Gateway gateway) {
        this.names = names;
        this.gateway = gateway;
    }

    /** Returns what this filter has found for a request. */
    static Optional<Tenant> found(ServerWebExchange exchange) {
        return Optional.ofNullable(exchange.getAttribute(TENANT));
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        try {
            Optional<Tenant> tenant = tenant(exchange.getRequest());
            tenant.ifPresent(known -> exchange.getAttributes().put(TENANT, known));
            return TenantWebFilter.filterFor(tenant, exchange, chain);
        } catch (RefusedRequestException e) {
            refusals.log(e);
            exchange.getResponse().setStatusCode(HttpStatus.FORBIDDEN);
            return exchange.getResponse().setComplete();
        }
    }

    private Optional<Tenant> tenant(ServerHttpRequest request) {
        if (values(request, names.organization()).isEmpty()
                && (names.user() == null || values(request, names.user()).isEmpty())) {
            return Optional.empty();
        }
        InetSocketAddress peer = request.getRemoteAddress();
        if (peer == null || peer.isUnresolved()) {
            throw new RefusedRequestException(
                    "A request brings a header that names a tenant, but who has connected is not known");
        }
        gateway.require(peer.getAddress());
        return names.tenant(name -> HeaderValues.single(values(request, name)));
    }

    /** By the one way to all values of a header that is the same in Spring 6 and 7. */
    private static List<String> values(ServerHttpRequest request, String name) {
        return request.getHeaders().headerSet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .flatMap(header -> header.getValue().stream())
                .toList();
    }

    @Override
    public int getOrder() {
        return TenantFilterOrder.BEFORE_SESSION;
    }
}
