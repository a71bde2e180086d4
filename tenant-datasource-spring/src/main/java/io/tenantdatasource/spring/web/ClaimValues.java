package io.tenantdatasource.spring.web;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClaimAccessor;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;

/** The claims of a token: a JWT, the answer about an opaque one, or an OpenID Connect user. */
final class ClaimValues implements AuthenticatedTenant.Values {

    @Override
    public Object of(Authentication authentication, String claim) {
        if (authentication.getPrincipal() instanceof ClaimAccessor claims) {
            return claims.getClaims().get(claim);
        }
        if (authentication.getCredentials() instanceof ClaimAccessor claims) {
            return claims.getClaims().get(claim);
        }
        if (authentication.getPrincipal() instanceof OAuth2AuthenticatedPrincipal principal) {
            return principal.getAttributes().get(claim);
        }
        return null;
    }
}
