package io.tenantdatasource.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One script of a migration.
 *
 * @param name the script's file
 * @param script what to run
 * @param inTransaction whether all of it runs in one transaction, or each statement alone
 * @param condition what the table has to look like for the step to be wanted
 * @param variables what its own variables stand for, beside those of the whole migration
 */
record MigrationStep(
        String name,
        SqlScript script,
        boolean inTransaction,
        Optional<Condition> condition,
        Map<String, String> variables) {

    /**
     * Whether the table has a column.
     *
     * @param columnVariable the variable that names the column
     * @param present whether it has to be there or missing
     */
    record Condition(String columnVariable, boolean present) {}

    static MigrationStep inTransaction(String name) {
        return new MigrationStep(name, SqlScript.load(name), true, Optional.empty(), Map.of());
    }

    static MigrationStep outsideOfTransaction(String name) {
        return new MigrationStep(name, SqlScript.load(name), false, Optional.empty(), Map.of());
    }

    MigrationStep where(String columnVariable) {
        return new MigrationStep(
                name, script, inTransaction, Optional.of(new Condition(columnVariable, true)), variables);
    }

    MigrationStep whereMissing(String columnVariable) {
        return new MigrationStep(
                name, script, inTransaction, Optional.of(new Condition(columnVariable, false)), variables);
    }

    MigrationStep with(String variable, String value) {
        return with(Map.of(variable, value));
    }

    MigrationStep with(Map<String, String> values) {
        Map<String, String> more = new HashMap<>(variables);
        more.putAll(values);
        return new MigrationStep(name, script, inTransaction, condition, Map.copyOf(more));
    }

    String render(Map<String, String> ofMigration) {
        return script.render(all(ofMigration));
    }

    Stream<String> renderStatements(Map<String, String> ofMigration) {
        return script.renderStatements(all(ofMigration));
    }

    /** A copy of these together with its own. */
    Map<String, String> all(Map<String, String> ofMigration) {
        Map<String, String> all = new HashMap<>(ofMigration);
        all.putAll(variables);
        return all;
    }
}
