package io.tenantdatasource.springweb.sessions;

import java.util.List;
import java.util.UUID;
import org.springframework.security.core.userdetails.User;

/** Somebody of an organization. Kept in the session, so it can be serialized. */
final class Member extends User {

    private static final long serialVersionUID = 1L;

    private final UUID organizationId;

    Member(String name, UUID organizationId) {
        super(name, "{noop}secret", List.of());
        this.organizationId = organizationId;
    }

    public UUID getOrganizationId() {
        return organizationId;
    }
}
