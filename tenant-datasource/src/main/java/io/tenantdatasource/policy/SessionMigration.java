package io.tenantdatasource.policy;

import static io.tenantdatasource.policy.MigrationStep.inTransaction;
import static io.tenantdatasource.policy.MigrationStep.outsideOfTransaction;

import java.util.List;

/**
 * The scripts of a solution.
 *
 * @param shape what the scripts call the solution
 * @param steps for a live table, one after the other
 * @param atOnce for one transaction that holds the table's lock to its end
 * @param undo takes either back, in one transaction
 */
record SessionMigration(String shape, List<MigrationStep> steps, List<MigrationStep> atOnce, MigrationStep undo) {

    static SessionMigration throughUsers() {
        MigrationStep policies = inTransaction("through-users/policies.sql");
        return new SessionMigration(
                "through users", List.of(policies), List.of(policies), inTransaction("through-users/undo.sql"));
    }

    static SessionMigration ownColumn() {
        MigrationStep column = inTransaction("own-column/column.sql");
        MigrationStep policies = inTransaction("own-column/policies.sql");
        return new SessionMigration(
                "own column",
                List.of(
                        inTransaction("own-column/require.sql"),
                        outsideOfTransaction("own-column/users-key.sql"),
                        column,
                        outsideOfTransaction("own-column/fill.sql"),
                        outsideOfTransaction("own-column/user-index.sql"),
                        outsideOfTransaction("own-column/newest-index.sql").where("session_created_column"),
                        outsideOfTransaction("own-column/organization-index.sql")
                                .whereMissing("session_created_column"),
                        outsideOfTransaction("own-column/expired-index.sql").where("session_expires_column"),
                        policies),
                List.of(
                        inTransaction("own-column/users-key-at-once.sql"),
                        column,
                        inTransaction("own-column/at-once.sql"),
                        policies),
                inTransaction("own-column/undo.sql"));
    }

    /** Comes after the steps of either solution. What undoes these undoes it. */
    static MigrationStep cleanup() {
        return inTransaction("cleanup/policies.sql");
    }

    /** As above. */
    static MigrationStep maintenance() {
        return inTransaction("maintenance/sessions.sql");
    }
}
