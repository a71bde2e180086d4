package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ShapesDatabase.A;
import static io.tenantdatasource.it.policy.ShapesDatabase.B;
import static io.tenantdatasource.it.policy.ShapesDatabase.C;
import static io.tenantdatasource.it.policy.ShapesDatabase.DECLARATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.policy.SchemaPlan;
import io.tenantdatasource.test.isolation.IsolationAssert;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tenant sees and writes once a whole schema is protected, by each way that rows reach their organization. */
class SchemaPoliciesTest {

    @AutoClose
    private ShapesDatabase database;

    private SchemaPlan plan;

    @BeforeEach
    void protectTheSchema() throws SQLException {
        database = ShapesDatabase.whereAllIsProtected();
        plan = DECLARATION.plan(database.owner());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "organizations",
                "workspaces",
                "api_keys",
                "api_key_workspaces",
                "surveys",
                "questions",
                "choices",
                "translations",
                "attachments",
                "folders",
                "documents",
                "events",
                "events_2026"
            })
    void aTenantSeesItsOwnRowAlone(String table) throws SQLException {
        assertThat(database.rows(A, table)).isEqualTo(1);
        assertThat(database.rows(B, table)).isEqualTo(1);
        assertThat(database.rows(C, table)).isEqualTo(table.equals("organizations") ? 1 : 0);
        assertThat(database.rows(Tenant.of(UUID.randomUUID()), table)).isZero();
        assertThat(database.rows(Tenant.of("garbage"), table)).isZero();
        assertThat(database.catalog("select count(*) from " + table))
                .isEqualTo(table.equals("organizations") ? "3" : "2");
    }

    @Test
    void aUserIsShownToEachOfTheirOrganizations() throws SQLException {
        String emails = "select string_agg(email, ' ' order by email) from users";
        assertThat(database.query(A, emails)).isEqualTo("ann two");
        assertThat(database.query(B, emails)).isEqualTo("bob two");
        assertThat(database.query(C, emails)).isNull();
        String tokens = "select string_agg(token, ' ' order by token) from user_sessions";
        assertThat(database.query(A, tokens)).isEqualTo("ann-token two-token");
        assertThat(database.query(B, tokens)).isEqualTo("bob-token two-token");
        assertThat(database.query(C, tokens)).isNull();
    }

    @Test
    void whereAUserIsBoundTheRowsOfUsersAloneAreTheirs() throws SQLException {
        Tenant two = A.withUser("000000ab-0000-4000-8000-000000000001");

        assertThat(database.query(two, "select string_agg(token, ' ') from user_sessions"))
                .isEqualTo("two-token");
        assertThat(database.rows(two, "users")).isEqualTo(2);
        assertThat(database.rows(A.withUser("garbage"), "user_sessions")).isZero();
        assertRefused(
                () -> database.update(
                        two,
                        "insert into user_sessions (user_id, token) values ('0000000a-0000-4000-8000-000000000001', 'forged')"));
    }

    @Test
    void rowsWithoutAnOrganizationAreEverybodysToReadWhereThatIsSaid() throws SQLException {
        String names = "select string_agg(name, ' ' order by name) from templates";
        assertThat(database.query(A, names)).isEqualTo("A everybody");
        assertThat(database.query(C, names)).isEqualTo("everybody");
        assertThat(database.rows(A, "template_steps")).isEqualTo(2);
        assertThat(database.query(Tenant.of("garbage"), names)).isNull();

        assertThat(database.update(A, "update templates set name = 'mine'")).isEqualTo(1);
        assertThat(database.update(A, "delete from template_steps")).isEqualTo(1);
        assertRefused(() -> database.update(
                A, "insert into templates (id, name) values ('00000000-0000-4000-8000-000000000001', 'x')"));
        assertRefused(() -> database.update(A, "update templates set organization_id = null"));
        assertRefused(
                () -> database.update(
                        A,
                        "insert into template_steps values ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-00000000000e')"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "workspaces (id, organization_id, name) | '0000000b-0000-4000-8000-000000000000', 'x'",
                "surveys (id, workspace_id, name) | '0000000b-0000-4000-8000-000000000002', 'x'",
                "questions (id, survey_id) | '0000000b-0000-4000-8000-000000000004'",
                "questions (id, survey_id, follows) | '0000000a-0000-4000-8000-000000000004', '0000000b-0000-4000-8000-000000000005'",
                "choices (id, question_id, label) | '0000000b-0000-4000-8000-000000000005', 'x'",
                "translations (choice_id, country, label) | 'fr', 'x'",
                "attachments (id) | ",
                "attachments (id, survey_id) | '0000000b-0000-4000-8000-000000000004'",
                "attachments (id, survey_id, workspace_id) | '0000000a-0000-4000-8000-000000000004', '0000000b-0000-4000-8000-000000000002'",
                "folders (id, workspace_id, cover_id) | '0000000a-0000-4000-8000-000000000002', '0000000b-0000-4000-8000-000000000009'",
                "documents (id, folder_id) | '0000000b-0000-4000-8000-000000000008'",
                "documents (id, folder_id, copied_from) | '0000000a-0000-4000-8000-000000000008', '0000000b-0000-4000-8000-000000000009'",
                "workspaces (id, organization_id, name, created_by) | '0000000a-0000-4000-8000-000000000000', 'x', '0000000b-0000-4000-8000-000000000001'",
                "organizations (id, name, parent_id) | 'x', '0000000b-0000-4000-8000-000000000000'",
                "memberships (user_id, organization_id) | '0000000a-0000-4000-8000-000000000000'",
                "users (id, email) | 'x'",
                "api_keys (id, organization_id, name, workspace_id) | '0000000a-0000-4000-8000-000000000000', 'x', '0000000b-0000-4000-8000-000000000002'",
                "api_key_workspaces (workspace_id, api_key_id) | '0000000a-0000-4000-8000-000000000003'",
            })
    void noRowCanNameAForeignOne(String table, String values) {
        String first = switch (table.substring(0, table.indexOf(' '))) {
            case "translations" -> "0000000b-0000-4000-8000-000000000006";
            case "api_key_workspaces" -> "0000000b-0000-4000-8000-000000000002";
            case "memberships" -> "0000000b-0000-4000-8000-000000000001";
            default -> "0000000a-0000-4000-8000-0000000000ff";
        };
        assertRefused(() -> database.update(
                A, "insert into " + table + " values ('" + first + "'" + (values == null ? "" : ", " + values) + ")"));
    }

    @Test
    void ownRowsCanBeWrittenAndNameEachOther() throws SQLException {
        assertThat(database.update(A, """
                        insert into questions (id, survey_id, follows) values
                          ('0000000a-0000-4000-8000-0000000000a1', '0000000a-0000-4000-8000-000000000004', null),
                          ('0000000a-0000-4000-8000-0000000000a3', '0000000a-0000-4000-8000-000000000004',
                            '0000000a-0000-4000-8000-0000000000a2'),
                          ('0000000a-0000-4000-8000-0000000000a2', '0000000a-0000-4000-8000-000000000004',
                            '0000000a-0000-4000-8000-000000000005')""")).isEqualTo(3);
        assertThat(database.update(A, "update folders set cover_id = (select min(id::text)::uuid from documents)"))
                .isEqualTo(1);
        assertThat(database.update(A, "update users set email = email || '!'")).isEqualTo(2);
        assertThat(database.update(A, "delete from users")).isZero();
        assertThat(
                        database.update(
                                A,
                                "insert into workspaces values ('0000000a-0000-4000-8000-0000000000f1',"
                                        + " '0000000a-0000-4000-8000-000000000000', 'w', '000000ab-0000-4000-8000-000000000001')"))
                .isEqualTo(1);
        assertThat(database.update(A, "delete from documents where id not in (select cover_id from folders)"))
                .isZero();
    }

    @Test
    void aRowOfAUserWhoHasLeftCanStillBeChanged() throws SQLException {
        database.asAdministrator("update workspaces set created_by = '0000000b-0000-4000-8000-000000000001'");

        // As libraries write all columns of a row.
        assertThat(database.update(A, "update workspaces set name = 'renamed', created_by = created_by"))
                .isEqualTo(1);
        assertThat(database.update(A, "update workspaces set created_by = null"))
                .isEqualTo(1);
        assertRefused(() -> database.update(
                A, "update workspaces set created_by = '0000000b-0000-4000-8000-000000000001', name = 'again'"));
    }

    @Test
    void aRowThatNamesRowsOfTwoOrganizationsIsShownToNeither() throws SQLException {
        database.asAdministrator("insert into api_key_workspaces values"
                + " ('0000000a-0000-4000-8000-000000000003', '0000000b-0000-4000-8000-000000000002')");

        assertThat(database.rows(A, "api_key_workspaces")).isEqualTo(1);
        assertThat(database.rows(B, "api_key_workspaces")).isEqualTo(1);
    }

    @Test
    void whatCannotBeToldIsAsked() throws SQLException {
        assertThat(plan.open()).containsOnlyKeys("audit", "transfers");
        assertThat(plan.open().get("transfers")).contains("from_organization", "to_organization");
        assertThat(plan.protectedTables()).doesNotContain("audit", "transfers", "countries");

        SchemaPlan answered = DECLARATION
                .through("transfers", "from_organization")
                .global("audit")
                .plan(database.owner());

        assertThat(answered.open()).isEmpty();
        answered.apply(database.owner());
        assertThat(database.rows(A, "transfers")).isEqualTo(1);
        assertThat(database.rows(B, "transfers")).isZero();
    }

    @Test
    void aPlanThatIsAppliedDoesNotDrift() throws SQLException {
        assertThat(plan.drift(database.owner())).isEmpty();
    }

    @Test
    void undoGivesTheSchemaBack() throws SQLException {
        try (ShapesDatabase fresh = new ShapesDatabase()) {
            List<String> before = fresh.dump();
            SchemaPlan applied = fresh.protect(DECLARATION);
            assertThat(fresh.dump()).isNotEqualTo(before);
            applied.undo(fresh.owner());
            assertThat(fresh.dump()).containsExactlyElementsOf(before);
        }
    }

    @Test
    void theScriptsDoTheSame() throws SQLException {
        try (ShapesDatabase fresh = new ShapesDatabase();
                ShapesDatabase other = new ShapesDatabase()) {
            List<String> before = fresh.dump();
            fresh.reviewed().inOneTransaction(fresh.owner(), plan.sql());
            other.protect(DECLARATION);
            assertThat(fresh.dump()).containsExactlyElementsOf(other.dump());
            fresh.reviewed().inOneTransaction(fresh.owner(), plan.undoSql());
            assertThat(fresh.dump()).containsExactlyElementsOf(before);
        }
    }

    @Test
    void theMatrixIsGreen() throws SQLException {
        try (ShapesDatabase whole = new ShapesDatabase()) {
            whole.protect(DECLARATION.through("transfers", "from_organization").global("audit"));

            IsolationAssert.assertThat(whole.reviewed().database())
                    .isolates(matrix -> matrix.global("countries", "audit").members("memberships"));
        }
    }

    private static void assertRefused(ThrowingCallable write) {
        assertThatThrownBy(write)
                .isInstanceOf(SQLException.class)
                .extracting(thrown -> ((SQLException) thrown).getSQLState())
                .isEqualTo("42501");
    }
}
