package io.tenantdatasource.examples.sessionsweb;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.security.core.CredentialsContainer;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.userdetails.UserDetails;

/** A user, for as long as it takes to compare a password. */
final class Account implements UserDetails, CredentialsContainer {

    private static final long serialVersionUID = 1L;

    private final UUID userId;
    private final UUID organizationId;
    private final Role role;
    private String passwordHash;

    Account(UUID userId, UUID organizationId, String passwordHash, Role role) {
        this.userId = userId;
        this.organizationId = organizationId;
        this.passwordHash = passwordHash;
        this.role = role;
    }

    UUID userId() {
        return userId;
    }

    UUID organizationId() {
        return organizationId;
    }

    @Override
    public String getUsername() {
        return userId.toString();
    }

    @Override
    public String getPassword() {
        return passwordHash;
    }

    @Override
    public void eraseCredentials() {
        passwordHash = null;
    }

    @Override
    public Collection<? extends GrantedAuthority> getAuthorities() {
        return List.of(role.authority());
    }
}
