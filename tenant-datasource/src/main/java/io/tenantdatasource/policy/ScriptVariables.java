package io.tenantdatasource.policy;

import io.tenantdatasource.internal.Identifier;
import io.tenantdatasource.internal.SettingName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the variables of a script stand for. Values are checked when they are set: no script runs with one that the server
 * would take for something else.
 *
 * @param values variable to value, unmodifiable
 */
record ScriptVariables(Map<String, String> values) {

    /** A table of that name would be hidden by the alias where the scripts mean the table. */
    private static final List<String> ALIASES_IN_SCRIPTS = List.of(
            "tenant_datasource_user",
            "tenant_datasource_parent",
            "tenant_datasource_session",
            "tenant_datasource_row",
            "tenant_datasource_found",
            "tenant_datasource_rows");

    /** Without a value, policies ask for one organization. */
    private static final String ORGANIZATIONS_SETTING = "organizations_setting";

    ScriptVariables {
        values = Map.copyOf(values);
    }

    ScriptVariables with(String variable, String value) {
        Map<String, String> changed = new TreeMap<>(values);
        changed.put(variable, value);
        return new ScriptVariables(changed);
    }

    ScriptVariables withIdentifier(String variable, String name) {
        return with(variable, identifier(variable, name));
    }

    /** Without its schema, for which there is another variable. */
    ScriptVariables withTable(String variable, String table, String whereTheSchemaGoes) {
        if (Objects.requireNonNull(table, "table is null").indexOf('.') >= 0) {
            throw new IllegalArgumentException(
                    "\"" + table + "\" looks like a schema and a table: " + whereTheSchemaGoes);
        }
        return withIdentifier(variable, table);
    }

    ScriptVariables withSetting(String variable, String name) {
        ScriptVariables changed = with(variable, new SettingName(name).value());
        changed.requireSettingOfItsOwn();
        return changed;
    }

    /** One that is read as one organization and as several would show more than either. */
    private void requireSettingOfItsOwn() {
        String several = values.get(ORGANIZATIONS_SETTING);
        if (several != null
                && Stream.of("organization_setting", "user_setting")
                        .map(values::get)
                        .anyMatch(several::equalsIgnoreCase)) {
            throw new IllegalArgumentException("setting " + several
                    + " is to carry several organizations, and something else as well: give each a setting of its own");
        }
    }

    ScriptVariables withOrganizationsSetting(String name) {
        return withSetting(ORGANIZATIONS_SETTING, name);
    }

    ScriptVariables withLockTimeout(Duration timeout) {
        long millis = timeout.toMillis();
        if (millis < 1 || millis > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "lock timeout " + timeout + " is not between 1 and " + Integer.MAX_VALUE + " milliseconds");
        }
        return with("lock_timeout", millis + "ms");
    }

    ScriptVariables withPairs(String variable, List<Pair> pairs) {
        return with(variable, asArray(pairs));
    }

    /** The text of a {@code text[]}. */
    ScriptVariables withList(String variable, List<String> elements) {
        return with(
                variable,
                elements.stream().map(ScriptVariables::quotedElement).collect(Collectors.joining(",", "{", "}")));
    }

    /** The text of a {@code text[][]} with two columns, which scripts take for a list. */
    static String asArray(List<Pair> pairs) {
        return pairs.stream()
                .map(pair -> "{" + quotedElement(pair.first()) + "," + quotedElement(pair.second()) + "}")
                .collect(Collectors.joining(",", "{", "}"));
    }

    static String identifier(String variable, String name) {
        if (name != null && ALIASES_IN_SCRIPTS.contains(name)) {
            throw new IllegalArgumentException("\"" + name + "\" is an alias in the scripts; rename that "
                    + variable.substring(variable.lastIndexOf('_') + 1));
        }
        return Identifier.of(variable.replace('_', ' '), name).value();
    }

    private static String quotedElement(String element) {
        return '"' + element.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** Two names that belong together, checked already. */
    record Pair(String first, String second) {}
}
