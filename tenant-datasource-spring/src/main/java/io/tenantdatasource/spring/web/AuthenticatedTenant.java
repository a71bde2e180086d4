package io.tenantdatasource.spring.web;

import io.tenantdatasource.Tenant;
import java.util.Optional;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;

/** Reads the tenant of an authentication. */
final class AuthenticatedTenant {

    private final TenantNames names;
    private final Values values;

    AuthenticatedTenant(TenantNames names, Values values) {
        this.names = names;
        this.values = values;
    }

    /** Where an authentication keeps what is known about somebody. */
    @FunctionalInterface
    interface Values {

        /** Returns the value of that name, or null if there is none. */
        Object of(Authentication authentication, String name);
    }

    /** Tells whether an authentication is there, and not of nobody. */
    static boolean isSomebody(Authentication authentication) {
        return authentication != null
                && authentication.isAuthenticated()
                && !(authentication instanceof AnonymousAuthenticationToken);
    }

    /**
     * Returns the tenant of whoever is authenticated.
     *
     * @param authentication may be null, or of nobody
     * @return the tenant; empty for nobody, and for somebody who has no organization
     * @throws RefusedRequestException if the organization or the user is none
     */
    Optional<Tenant> of(Authentication authentication) {
        if (!isSomebody(authentication)) {
            return Optional.empty();
        }
        return names.tenant(name -> values.of(authentication, name));
    }

    /**
     * Returns what the request and whoever is authenticated say together.
     *
     * @param ofRequest what the request alone says
     * @throws RefusedRequestException if they contradict each other: one's session, or gateway's word, with another's token
     */
    Optional<Tenant> of(Authentication authentication, Optional<Tenant> ofRequest) {
        Optional<Tenant> ofAuthentication = of(authentication);
        if (ofRequest.isEmpty() || ofAuthentication.isEmpty()) {
            return ofAuthentication.or(() -> ofRequest);
        }
        Tenant one = ofRequest.get();
        Tenant other = ofAuthentication.get();
        boolean sameUser =
                one.userId() == null || other.userId() == null || one.userId().equals(other.userId());
        if (!one.organizationId().equals(other.organizationId()) || !sameUser) {
            throw new RefusedRequestException("The request is of another tenant than whoever is authenticated for it");
        }
        return one.userId() == null ? ofAuthentication : ofRequest;
    }
}
