package io.tenantdatasource.spring.web;

import io.tenantdatasource.Tenant;
import java.math.BigInteger;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * The names under which the two values of a tenant are found, and what is made of those. An organization without the user
 * that was asked for is refused: it would widen one user's view to the whole organization.
 *
 * @param kind what is named, such as a header, for messages
 * @param organization the name of the organization's value
 * @param user the name of the user's value, or null if there are no users
 */
record TenantNames(String kind, String organization, String user) {

    /**
     * Makes a tenant.
     *
     * @param values returns the value of a name, or null if there is none
     * @return the tenant, or empty if there is no organization
     * @throws RefusedRequestException if a value is none that a tenant can have, or the user is missing
     */
    Optional<Tenant> tenant(Function<String, Object> values) {
        Object organizationId = values.apply(organization);
        if (organizationId == null) {
            return Optional.empty();
        }
        Object userId = user == null ? null : values.apply(user);
        if (user != null && userId == null) {
            throw new RefusedRequestException(
                    "The %s '%s' names an organization, but the %s '%s' of its user is missing"
                            .formatted(kind, organization, kind, user));
        }
        return Optional.of(new Tenant(text(organization, organizationId), userId == null ? null : text(user, userId)));
    }

    /** Lists, maps and fractions are nobody's id; the text of a whole number is what a column of such ids holds. */
    private String text(String name, Object value) {
        if (!(value instanceof String
                || value instanceof UUID
                || value instanceof Integer
                || value instanceof Long
                || value instanceof BigInteger)) {
            throw malformed(name, "one text, UUID or whole number");
        }
        String text = value.toString();
        if (text.isBlank() || !text.equals(text.strip()) || text.codePoints().anyMatch(TenantNames::isNoCharacter)) {
            throw malformed(name, "text without spaces around it or control characters in it, and not blank");
        }
        return text;
    }

    private static boolean isNoCharacter(int codePoint) {
        return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
    }

    private RefusedRequestException malformed(String name, String expected) {
        return new RefusedRequestException("The %s '%s' does not hold %s".formatted(kind, name, expected));
    }
}
