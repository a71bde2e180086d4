package io.tenantdatasource.internal;

import java.util.Objects;

/** Text that reaches PostgreSQL as it is, or not at all. */
public final class PostgresText {

    private PostgresText() {}

    /**
     * Returns {@code value} if the server would store exactly that text.
     *
     * @param what what the value is, for the error message
     * @param value the value; never part of an error message, for it may be a secret
     * @return {@code value}
     * @throws IllegalArgumentException if it holds a NUL character, which no PostgreSQL text can, or an unpaired
     *     surrogate, which encodes to {@code ?}, so that two different values would become one on the server
     */
    public static String requireStorable(String what, String value) {
        Objects.requireNonNull(value, () -> what + " is null");
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    what + " contains a NUL character (U+0000), which PostgreSQL cannot store; pass it without");
        }
        if (hasUnpairedSurrogate(value)) {
            throw new IllegalArgumentException(
                    what + " contains an unpaired UTF-16 surrogate, which has no UTF-8 form; pass well-formed text");
        }
        return value;
    }

    /**
     * Whether the server would store exactly that text.
     *
     * @param value the value
     * @return false if it holds a NUL character or an unpaired surrogate
     */
    public static boolean isStorable(String value) {
        return value.indexOf('\0') < 0 && !hasUnpairedSurrogate(value);
    }

    /**
     * Returns {@code value} if it is storable and not blank.
     *
     * @param what what the value is, for the error message
     * @param value the value
     * @return {@code value}
     * @throws IllegalArgumentException if it is blank, or not storable
     */
    public static String requireNotBlank(String what, String value) {
        requireStorable(what, value);
        if (value.isBlank()) {
            throw new IllegalArgumentException(what + " is blank; pass the real one");
        }
        return value;
    }

    private static boolean hasUnpairedSurrogate(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isSurrogate(value.charAt(i))) {
                return hasCodePointOfSurrogate(value);
            }
        }
        return false;
    }

    private static boolean hasCodePointOfSurrogate(String value) {
        return value.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
