package io.tenantdatasource;

import io.tenantdatasource.internal.PostgresText;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * For whom a connection works: an organization and, optionally, one of its users and further organizations that it reads.
 *
 * <p>Two tenants are the same if organization, user and the organizations that they read are. The values are compared and sent
 * as they are: no trimming, no change of case. Immutable, so safe to share between threads.
 *
 * @param organizationId the organization, as the database's policies compare it; usually the text of a {@link UUID}. All
 *     that is written is of this one
 * @param userId the user, or null for the organization as a whole: with the bundled policies a tenant without a user
 *     sees all rows of the organization
 * @param alsoReads the further organizations whose rows are read; none for most tenants. Never holds {@code organizationId}
 */
public record Tenant(String organizationId, String userId, Set<String> alsoReads) {

    private static final int MOST_ORGANIZATIONS = 1_000;

    /**
     * Creates a tenant that reads further organizations.
     *
     * @param organizationId the organization; neither null nor blank
     * @param userId the user, or null; not blank
     * @param alsoReads at most 1,000 further organizations, of which {@code organizationId} is left out; neither null nor blank
     * @throws NullPointerException if the organization, or the set or one of it is null
     * @throws IllegalArgumentException if a value is blank, or holds a NUL character or an unpaired surrogate, if one of the set
     *     holds a line feed, or if there are too many
     */
    public Tenant {
        PostgresText.requireNotBlank("organization id", organizationId);
        if (userId != null) {
            PostgresText.requireNotBlank("user id", userId);
        }
        alsoReads = furtherThan(organizationId, alsoReads);
    }

    /**
     * Creates a tenant that reads its own organization only.
     *
     * @param organizationId the organization; neither null nor blank
     * @param userId the user, or null; not blank
     * @throws NullPointerException if the organization is null
     * @throws IllegalArgumentException if either value is blank, or holds a NUL character or an unpaired surrogate
     */
    public Tenant(String organizationId, String userId) {
        this(organizationId, userId, Set.of());
    }

    /** In an order of their own, so that the same set is always told in the same text. */
    private static Set<String> furtherThan(String own, Set<String> organizations) {
        Set<String> further = new TreeSet<>();
        for (String organization : Objects.requireNonNull(organizations, "set of organizations is null")) {
            further.add(requireOneLine(PostgresText.requireNotBlank("id of a further organization", organization)));
        }
        further.remove(own);
        if (further.size() > MOST_ORGANIZATIONS) {
            throw new IllegalArgumentException(
                    "a tenant reads " + further.size() + " further organizations, but no more than "
                            + MOST_ORGANIZATIONS
                            + " are told to a connection; work for all of them in turn with EachTenant, or with a"
                            + " role that sees all rows");
        }
        return Collections.unmodifiableSet(further);
    }

    private static String requireOneLine(String organization) {
        if (organization.indexOf('\n') >= 0) {
            throw new IllegalArgumentException(
                    "id of a further organization contains a line feed (U+000A), which tells one from"
                            + " the next in the setting; give that organization another key, or read it alone");
        }
        return organization;
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
        return new Tenant(organizationId, Objects.requireNonNull(userId, "user id is null"), alsoReads);
    }

    /**
     * Returns the same tenant, which reads the rows of further organizations as well. It neither changes nor adds any of theirs.
     *
     * <p>The data source has to be {@linkplain TenantDataSource.Builder#organizationsSetting told} how to tell them to the
     * server, and the policies to {@linkplain io.tenantdatasource.policy.TablePolicies#organizationsSetting ask} for them.
     *
     * @param organizationIds at most 1,000 organizations, in place of those that it has read so far; the own one may be among
     *     them
     * @return a tenant that reads these and its own; its own alone if there are none
     * @throws IllegalArgumentException if one is blank, or holds a NUL character, an unpaired surrogate or a line feed, or if
     *     there are too many
     */
    public Tenant reading(Set<String> organizationIds) {
        return new Tenant(organizationId, userId, organizationIds);
    }

    /**
     * Returns the same tenant, which reads the rows of further organizations as well.
     *
     * @param organizationIds the organizations
     * @return a tenant that reads these and its own
     * @throws IllegalArgumentException as {@link #reading(Set)} does
     */
    public Tenant reading(String... organizationIds) {
        return reading(new HashSet<>(Arrays.asList(organizationIds)));
    }
}
