package io.tenantdatasource.internal.binding;

/** A value in the text of a statement that takes no parameters, in a form that cannot hold a quote. */
public final class SqlLiteral {

    private SqlLiteral() {}

    /**
     * Writes a value: letters, digits, {@code -} and {@code _} as they are, anything else by its code, in a constant whose
     * backslashes are escapes whatever {@code standard_conforming_strings} is.
     *
     * @param value the value
     * @return a constant
     */
    public static String of(String value) {
        if (value.chars().allMatch(SqlLiteral::standsAsItIs)) {
            return "'" + value + "'";
        }
        StringBuilder literal = new StringBuilder("E'");
        value.chars().forEach(c -> {
            if (standsAsItIs(c)) {
                literal.append((char) c);
            } else {
                literal.append(String.format("\\u%04x", c));
            }
        });
        return literal.append('\'').toString();
    }

    private static boolean standsAsItIs(int c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
    }
}
