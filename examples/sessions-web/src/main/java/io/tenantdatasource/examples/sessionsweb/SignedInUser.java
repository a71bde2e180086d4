package io.tenantdatasource.examples.sessionsweb;

import java.util.UUID;

/**
 * Who sent a request: the principal of Spring Security.
 *
 * @param organizationId for which organization they work
 * @param userId who they are
 * @param sessionId the session of the browser that they use
 * @param name their name
 * @param organizationName their organization's name
 * @param role what they may do
 */
record SignedInUser(UUID organizationId, UUID userId, UUID sessionId, String name, String organizationName, Role role) {

    /** Public for the pages. */
    public boolean isAdministrator() {
        return role == Role.ADMIN;
    }
}
