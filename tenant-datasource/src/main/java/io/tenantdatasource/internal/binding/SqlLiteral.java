package io.tenantdatasource.internal.binding;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A value in the text of a statement that takes no parameters, in a form that cannot hold a quote. */
public final class SqlLiteral {

    private static final Pattern HOLDS_NO_QUOTE = Pattern.compile("[0-9A-Za-z_-]*");

    private SqlLiteral() {}

    static boolean holdsNoQuote(String value) {
        return HOLDS_NO_QUOTE.matcher(value).matches();
    }

    /**
     * Writes a value: letters, digits, {@code -} and {@code _} as they are, anything else in hex digits.
     *
     * @param value the value
     * @return an expression of type text, or of no type yet
     */
    public static String of(String value) {
        if (holdsNoQuote(value)) {
            return "'" + value + "'";
        }
        return "pg_catalog.convert_from(pg_catalog.decode('"
                + HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8)) + "','hex'),'UTF8')";
    }
}
