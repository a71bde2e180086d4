package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.policy.SessionLogin;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.policy.TablePolicies;
import io.tenantdatasource.test.isolation.Attempt;
import io.tenantdatasource.test.isolation.Cell;
import io.tenantdatasource.test.isolation.Hole;
import io.tenantdatasource.test.isolation.IsolationAssert;
import io.tenantdatasource.test.isolation.IsolationMatrix;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The matrix that users make of their own schema, made of ours: red before the migration, green after it. */
class MatrixOfPoliciesTest {

    @ParameterizedTest
    @EnumSource(Solution.class)
    void theSessionsAreRedBeforeTheMigrationAndGreenAfterIt(Solution solution) throws SQLException {
        try (ReviewedDatabase database = new ReviewedDatabase()) {
            protectUsers(database);
            assertThat(failures(database))
                    .isNotEmpty()
                    .allSatisfy(cell -> assertThat(cell.hole()).contains(Hole.NO_ROW_SECURITY))
                    .extracting(Cell::target)
                    .containsOnly("user_sessions");

            database.migrate(solution.policies());

            IsolationAssert.assertThat(database.database()).isolates();
        }
    }

    @Test
    void cleaningUpAndLoggingInAreMeantToShowMore() throws SQLException {
        try (ReviewedDatabase database = new ReviewedDatabase()) {
            protectUsers(database);
            database.migrate(SessionPolicies.ownColumn().cleanupRole("user_sessions_cleanup"));
            SessionLogin.byToken(SessionPolicies.ownColumn()).apply(database.owner());

            assertThat(failures(database))
                    .extracting(cell -> cell.attempt() == Attempt.CALL ? cell.target() : cell.role())
                    .containsOnly("user_sessions_cleanup", "user_session_login(token text)");
            IsolationAssert.assertThat(database.database())
                    .isolates(matrix ->
                            matrix.trustingRoles("user_sessions_cleanup").trusting("user_session_login(token text)"));
        }
    }

    @ParameterizedTest
    @EnumSource(ItemsForm.class)
    void anyTableIsGreenAfterItsMigration(ItemsForm form) throws SQLException {
        try (ItemsDatabase database = new ItemsDatabase()) {
            protectUsers(database.reviewed());
            TablePolicies.ownColumn("invoices").apply(database.owner());
            database.reviewed().migrate(Solution.OWN_COLUMN.policies());
            assertThat(failures(database.reviewed())).extracting(Cell::target).containsOnly("items");

            database.migrate(form.policies("items"));

            IsolationAssert.assertThat(database.reviewed().database()).isolates();
        }
    }

    private static void protectUsers(ReviewedDatabase database) throws SQLException {
        TablePolicies.ownColumn("users").apply(database.owner());
        database.asAdministrator(
                "grant authenticated to " + database.application().getUser());
    }

    private static List<Cell> failures(ReviewedDatabase database) {
        return IsolationMatrix.of(database.database()).run().failures();
    }
}
