package io.tenantdatasource.spring.web;

import io.tenantdatasource.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * Tells for whom a request works from the request alone, before Spring Session loads a session and Spring Security knows
 * anybody. The one bean of this type is asked once a request, by a filter at {@link TenantFilterOrder#BEFORE_SESSION}, and
 * the tenant holds until the response has been written and the session saved, on further dispatches of the request too.
 *
 * <p>{@code tenant-datasource.tenant.header} and {@code .session-cookie} make such a bean; an application that has one of its
 * own may not set them. Spring Session's cookie is one to write a resolver for, which asks a function of the database.
 *
 * <p>Safe for concurrent use. What it takes from the request is a stranger's word, so it has to prove it.
 */
@FunctionalInterface
public interface RequestTenantResolver {

    /**
     * Returns the tenant of a request.
     *
     * @param request the request, whose body is not to be read
     * @return the tenant, or empty if the request names none; never null
     * @throws RefusedRequestException to have the request answered with 403, and go no further. Whatever else it throws
     *     fails the request
     */
    Optional<Tenant> resolve(HttpServletRequest request);
}
