package io.tenantdatasource.spring.web;

import io.tenantdatasource.Tenant;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Optional;

/** What a header of the gateway says. From anybody else, the header is refused. */
final class HeaderTenant implements RequestTenantResolver {

    /** Set where Tomcat has replaced the peer's address by one that a header told; that it is the gateway's proves nothing. */
    private static final String TOMCAT_FORWARDED = "org.apache.tomcat.request.forwarded";

    private final TenantNames names;
    private final Gateway gateway;

    HeaderTenant(TenantNames names, Gateway gateway) {
        this.names = names;
        this.gateway = gateway;
    }

    @Override
    public Optional<Tenant> resolve(HttpServletRequest request) {
        if (!brings(request, names.organization()) && !brings(request, names.user())) {
            return Optional.empty();
        }
        requireGateway(request);
        return names.tenant(name -> HeaderValues.single(Collections.list(request.getHeaders(name))));
    }

    private static boolean brings(HttpServletRequest request, String name) {
        return name != null && request.getHeader(name) != null;
    }

    private void requireGateway(HttpServletRequest request) {
        ServletRequest received = request;
        // What Spring's ForwardedHeaderFilter and others wrap around it answers with the address that a header told.
        while (received instanceof ServletRequestWrapper wrapper) {
            received = wrapper.getRequest();
        }
        if (Boolean.TRUE.equals(received.getAttribute(TOMCAT_FORWARDED))) {
            throw new RefusedRequestException(
                    "A request brings a header that names a tenant, but who has connected is not"
                            + " known, as Tomcat's RemoteIpValve has put what a header says in its place");
        }
        gateway.require(AddressRange.peer(received.getRemoteAddr()));
    }
}
