package io.tenantdatasource.examples.sessionsweb;

import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** What a user may do. */
enum Role {
    USER,
    /** Sees, and may end, all sessions of the organization. */
    ADMIN;

    GrantedAuthority authority() {
        return new SimpleGrantedAuthority("ROLE_" + name());
    }
}
