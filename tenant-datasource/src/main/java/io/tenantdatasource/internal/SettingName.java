package io.tenantdatasource.internal;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The name of a custom PostgreSQL setting, such as {@code app.organization_id}.
 *
 * <p>Identifiers separated by dots, at least two: the form that the server takes for settings it does not know
 * (<a href="https://www.postgresql.org/docs/current/runtime-config-custom.html">Customized Options</a>). Names without
 * a dot are the server's own, and a tenant must never land in one of those.
 *
 * @param value the name
 */
public record SettingName(String value) {

    private static final String IDENTIFIER = "[A-Za-z_][A-Za-z0-9_$]*";
    private static final Pattern CUSTOM_SETTING = Pattern.compile(IDENTIFIER + "(\\." + IDENTIFIER + ")+");

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is not the name of a custom setting
     */
    public SettingName {
        Objects.requireNonNull(value, "setting name is null");
        if (!CUSTOM_SETTING.matcher(value).matches()) {
            throw new IllegalArgumentException("illegal setting name \"" + printable(value)
                    + "\": PostgreSQL takes identifiers joined by dots, such as app.organization_id");
        }
    }

    /**
     * Whether the server takes both names for the same setting: it folds case.
     *
     * @param other the other name
     * @return true if they are one setting
     */
    public boolean isSameSettingAs(SettingName other) {
        return value.equalsIgnoreCase(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "\uFFFD");
    }
}
