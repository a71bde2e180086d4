package io.tenantdatasource.examples.quickstart;

import java.util.UUID;

/** A session, and the organization that it really belongs to. */
record UserSession(UUID id, SessionToken token, UUID userId, UUID organizationId) {}
