package io.tenantdatasource.internal;

import java.nio.charset.StandardCharsets;

/**
 * The name of a table, column or role, taken as it is: capitals, spaces and quotes are part of it.
 *
 * @param value the name, unquoted
 */
public record Identifier(String value) {

    /** {@code NAMEDATALEN - 1}. What is longer the server cuts off, and then means another object. */
    private static final int MAX_BYTES = 63;

    /**
     * Checks the name.
     *
     * @param what what it names, for the error message
     * @param value the name, unquoted
     * @return the identifier
     * @throws IllegalArgumentException if no PostgreSQL object can have that name
     */
    public static Identifier of(String what, String value) {
        PostgresText.requireNotBlank(what, value);
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    what + " is " + bytes + " bytes long, and PostgreSQL would cut it off at " + MAX_BYTES
                            + "; pass the name as it stands in the catalog");
        }
        return new Identifier(value);
    }

    /**
     * Makes a name out of another one, which is cut where both together would be too long.
     *
     * @param name the start of the name
     * @param suffix its end, in ASCII
     * @return a name that the server takes as it is
     */
    public static String called(String name, String suffix) {
        String start = name;
        while (start.getBytes(StandardCharsets.UTF_8).length + suffix.length() > MAX_BYTES) {
            start = start.substring(0, start.offsetByCodePoints(start.length(), -1));
        }
        return start + suffix;
    }
}
