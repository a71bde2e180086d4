package io.tenantdatasource.test.isolation;

import io.tenantdatasource.Tenant;
import java.util.Optional;

/**
 * Who tries: a role, for a tenant or for none.
 *
 * @param neverTold whether the setting has not been set in this session at all, so that it reads as null; once it has been, it
 *     reads as an empty text for the rest of the session, whatever is rolled back
 */
record Actor(Role role, Optional<Tenant> tenant, boolean neverTold) {

    static Actor of(Role role, Tenant tenant) {
        return new Actor(role, Optional.of(tenant), false);
    }

    static Actor neverTold(Role role) {
        return new Actor(role, Optional.empty(), true);
    }

    static Actor toldNobody(Role role) {
        return new Actor(role, Optional.empty(), false);
    }

    boolean isFor(Tenant other) {
        return tenant.isPresent() && tenant.get().equals(other);
    }
}
