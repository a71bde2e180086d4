package io.tenantdatasource.it.program;

import io.tenantdatasource.Tenant;
import java.util.Optional;

/** For whom a connection is checked out. */
enum Worker {
    ACME("ac3e0000-0000-4000-8000-000000000001"),
    GLOBEX("610be000-0000-4000-8000-000000000002"),
    NOBODY("");

    private final String organizationId;

    Worker(String organizationId) {
        this.organizationId = organizationId;
    }

    /** What the setting has to be, empty for nobody. */
    String organizationId() {
        return organizationId;
    }

    Optional<Tenant> tenant() {
        return this == NOBODY ? Optional.empty() : Optional.of(Tenant.of(organizationId));
    }
}
