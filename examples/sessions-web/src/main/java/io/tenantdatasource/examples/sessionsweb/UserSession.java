package io.tenantdatasource.examples.sessionsweb;

import java.time.OffsetDateTime;
import java.util.UUID;

/** A browser in which somebody is logged in. */
record UserSession(
        UUID id,
        String userName,
        String userEmail,
        String ipAddress,
        String userAgent,
        OffsetDateTime createdAt,
        OffsetDateTime lastSeenAt) {

    /** Public for the pages. */
    public Device device() {
        return Device.of(userAgent);
    }
}
