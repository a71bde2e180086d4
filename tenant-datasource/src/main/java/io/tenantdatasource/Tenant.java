package io.tenantdatasource;

import io.tenantdatasource.internal.PostgresText;
import java.util.Objects;
import java.util.UUID;

/**
 * For whom a connection works: an organization and, optionally, one of its users.
 *
 * <p>Two tenants are the same if organization and user are. The values are compared and sent as they are: no trimming,
 * no change of case. Immutable, so safe to share between threads.
 *
 * @param organizationId the organization, as the database's policies compare it; usually the text of a {@link UUID}
 * @param userId the user, or null for the organization as a whole: with the bundled policies a tenant without a user
 *     sees all rows of the organization
 */
public record Tenant(String organizationId, String userId) {

    /**
     * Creates a tenant.
     *
     * @param organizationId the organization; neither null nor blank
     * @param userId the user, or null; not blank
     * @throws NullPointerException if the organization is null
     * @throws IllegalArgumentException if either value is blank, or holds a NUL character or an unpaired surrogate
     */
    public Tenant {
        PostgresText.requireNotBlank("organization id", organizationId);
        if (userId != null) {
            PostgresText.requireNotBlank("user id", userId);
        }
    }

    /**
     * Returns the organization as a whole.
     *
     * @param organizationId the organization
     * @return a tenant without a user
     */
    public static Tenant of(UUID organizationId) {
        return of(Objects.requireNonNull(organizationId, "organization id is null")
                .toString());
    }

    /**
     * Returns the organization as a whole.
     *
     * @param organizationId the organization
     * @return a tenant without a user
     * @throws IllegalArgumentException if it is blank, or holds a NUL character or an unpaired surrogate
     */
    public static Tenant of(String organizationId) {
        return new Tenant(organizationId, null);
    }

    /**
     * Returns the same organization, narrowed to one user.
     *
     * @param userId the user; not null, so that an unknown user never widens to the whole organization
     * @return a tenant with that user
     */
    public Tenant withUser(UUID userId) {
        return withUser(Objects.requireNonNull(userId, "user id is null").toString());
    }

    /**
     * Returns the same organization, narrowed to one user.
     *
     * @param userId the user; not null, so that an unknown user never widens to the whole organization
     * @return a tenant with that user
     * @throws IllegalArgumentException if it is blank, or holds a NUL character or an unpaired surrogate
     */
    public Tenant withUser(String userId) {
        return new Tenant(organizationId, Objects.requireNonNull(userId, "user id is null"));
    }
}
