package io.tenantdatasource.policy;

import java.util.Optional;

/**
 * One script of a migration.
 *
 * @param name the script's file
 * @param script what to run
 * @param inTransaction whether all of it runs in one transaction, or each statement alone
 * @param condition what the table has to look like for the step to be wanted
 */
record MigrationStep(String name, SqlScript script, boolean inTransaction, Optional<Condition> condition) {

    /**
     * Whether the table has a column.
     *
     * @param columnVariable the variable that names the column
     * @param present whether it has to be there or missing
     */
    record Condition(String columnVariable, boolean present) {}

    static MigrationStep inTransaction(String name) {
        return new MigrationStep(name, SqlScript.load(name), true, Optional.empty());
    }

    static MigrationStep outsideOfTransaction(String name) {
        return new MigrationStep(name, SqlScript.load(name), false, Optional.empty());
    }

    MigrationStep where(String columnVariable) {
        return new MigrationStep(name, script, inTransaction, Optional.of(new Condition(columnVariable, true)));
    }

    MigrationStep whereMissing(String columnVariable) {
        return new MigrationStep(name, script, inTransaction, Optional.of(new Condition(columnVariable, false)));
    }
}
