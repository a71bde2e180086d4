package io.tenantdatasource.internal.sql;

/** What a backslash is in a plain constant, which {@code standard_conforming_strings} says. */
public enum Backslash {
    /** A character like any other: the setting is on. */
    CHARACTER,
    /** An escape, also of a quote: the setting is off. */
    ESCAPE,
    /** Nobody has asked since it may have changed. */
    UNKNOWN;

    /**
     * What the setting makes of it.
     *
     * @param standardStrings the setting
     * @return either of the first two
     */
    public static Backslash of(boolean standardStrings) {
        return standardStrings ? CHARACTER : ESCAPE;
    }
}
