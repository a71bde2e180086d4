package io.tenantdatasource.internal.sql;

import java.util.Set;

/**
 * What of the server's reading no text shows.
 *
 * @param backslash what it is in a plain constant
 * @param namesakes the names, of those that PostgreSQL has for functions and words of its own, by which users have functions
 */
public record SqlDialect(Backslash backslash, Set<String> namesakes) {

    /** As a new database has it. */
    public static final SqlDialect DEFAULT = new SqlDialect(Backslash.CHARACTER, Set.of());

    /** Copies the names. */
    public SqlDialect {
        namesakes = Set.copyOf(namesakes);
    }

    /**
     * The names of which there must be no other function for a text to be known by them.
     *
     * @return the names
     */
    public static Set<String> trustedNames() {
        return OwnFunctions.names();
    }
}
