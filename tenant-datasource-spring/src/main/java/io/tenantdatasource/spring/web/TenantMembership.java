package io.tenantdatasource.spring.web;

import io.tenantdatasource.Tenant;
import java.security.Principal;

/**
 * Says whether a user belongs to the organization that a request is to run for. Where a request names its organization by a
 * header, a cookie, a path or a subdomain, whoever is signed in could name another one: with a bean of this type, a request
 * goes on for members only. Others get 403 without a body, and cannot tell an organization that is not theirs from one that
 * does not exist.
 *
 * <p>Asked once a request, right after the authentication is known ({@link TenantFilterOrder#AFTER_SECURITY}) and before
 * anything runs that comes later: an answer holds for the request's further dispatches, as long as its tenant and its user are
 * the same. Not asked where the request has no tenant, or nobody is signed in; what such a request may do is for the
 * application's own rules to say. A claim or a principal's property that names the organization is asked about too.
 *
 * <p>The call runs in the scope of the tenant in question, so that a query sees the rows of that organization, and on WebFlux
 * on a thread that may be blocked. Nothing is cached here. Safe for concurrent use.
 */
@FunctionalInterface
public interface TenantMembership {

    /**
     * Tells whether the request may go on.
     *
     * @param user who is signed in; with Spring Security its {@code Authentication}, which is never an anonymous one. Not null
     * @param tenant for whom the request would run. Not null; its user may be
     * @return whether the user is a member of the organization; false for one that does not exist. Whatever it throws fails
     *     the request
     */
    boolean isMember(Principal user, Tenant tenant);
}
