package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ShapesDatabase.A;
import static io.tenantdatasource.it.policy.ShapesDatabase.B;
import static io.tenantdatasource.it.policy.ShapesDatabase.C;
import static io.tenantdatasource.it.policy.ShapesDatabase.DECLARATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.policy.SchemaPlan;
import io.tenantdatasource.policy.SchemaPolicies;
import io.tenantdatasource.test.isolation.IsolationAssert;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tenant that reads several organizations sees and writes, by each way that rows reach their organization. */
class SeveralOrganizationsOfASchemaTest {

    private static final SchemaPolicies SEVERAL = DECLARATION.organizationsSetting("app.organization_ids");
    private static final Tenant A_READING_B = A.reading(B.organizationId());

    @AutoClose
    private ShapesDatabase database;

    private SchemaPlan plan;

    @BeforeEach
    void protectTheSchema() throws SQLException {
        database = ShapesDatabase.whereAllIsProtected();
        plan = SEVERAL.plan(database.owner());
        plan.apply(database.owner());
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
    void rowsOfEachOfThemAreSeen(String table) throws SQLException {
        assertThat(database.rows(A_READING_B, table)).isEqualTo(2);
        assertThat(database.rows(A, table)).isEqualTo(1);
        assertThat(database.rows(B.reading(C.organizationId()), table))
                .isEqualTo(table.equals("organizations") ? 2 : 1);
        assertThat(database.rows(Tenant.of("garbage").reading(A.organizationId()), table))
                .isZero();
    }

    @Test
    void usersOfEachOfThemAreSeen() throws SQLException {
        String emails = "select string_agg(email, ' ' order by email) from users";
        assertThat(database.query(A_READING_B, emails)).isEqualTo("ann bob two");
        assertThat(database.query(A, emails)).isEqualTo("ann two");
        String tokens = "select string_agg(token, ' ' order by token) from user_sessions";
        assertThat(database.query(A_READING_B, tokens)).isEqualTo("ann-token bob-token two-token");
        assertThat(database.query(A_READING_B.withUser("000000ab-0000-4000-8000-000000000001"), tokens))
                .isEqualTo("two-token");
        assertThat(database.update(A_READING_B, "update users set email = email || '!'"))
                .isEqualTo(2);
        assertThat(database.update(A_READING_B, "delete from user_sessions")).isEqualTo(2);
    }

    @Test
    void whatIsEverybodysIsSeenOnce() throws SQLException {
        assertThat(database.query(A_READING_B, "select string_agg(name, ' ' order by name) from templates"))
                .isEqualTo("A B everybody");
        assertThat(database.rows(A_READING_B, "template_steps")).isEqualTo(3);
        assertThat(database.update(A_READING_B, "update templates set name = 'mine'"))
                .isEqualTo(1);
        assertThat(database.update(A_READING_B, "delete from template_steps")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "workspaces set name = 'x'",
                "surveys set name = 'x'",
                "questions set follows = null",
                "choices set label = 'x'",
                "translations set label = 'x'",
                "folders set cover_id = null",
                "documents set copied_from = null"
            })
    void onlyTheOwnRowIsChanged(String change) throws SQLException {
        assertThat(database.update(A_READING_B, "update " + change)).isEqualTo(1);
        String table = change.substring(0, change.indexOf(' '));
        assertThat(database.query(A_READING_B, "select count(*) from (select from " + table + " for update) as locked"))
                .isEqualTo("1");
    }

    /** Though the row that is named is shown. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "workspaces (organization_id, name) | '0000000b-0000-4000-8000-000000000000', 'x'",
                "surveys (workspace_id, name) | '0000000b-0000-4000-8000-000000000002', 'x'",
                "questions (survey_id) | '0000000b-0000-4000-8000-000000000004'",
                "questions (survey_id, follows) | '0000000a-0000-4000-8000-000000000004', '0000000b-0000-4000-8000-000000000005'",
                "choices (question_id, label) | '0000000b-0000-4000-8000-000000000005', 'x'",
                "attachments (survey_id) | '0000000b-0000-4000-8000-000000000004'",
                "attachments (survey_id, workspace_id) | '0000000a-0000-4000-8000-000000000004', '0000000b-0000-4000-8000-000000000002'",
                "folders (workspace_id, cover_id) | '0000000a-0000-4000-8000-000000000002', '0000000b-0000-4000-8000-000000000009'",
                "documents (folder_id) | '0000000b-0000-4000-8000-000000000008'",
                "documents (folder_id, copied_from) | '0000000a-0000-4000-8000-000000000008', '0000000b-0000-4000-8000-000000000009'",
                "workspaces (organization_id, name, created_by) | '0000000a-0000-4000-8000-000000000000', 'x', '0000000b-0000-4000-8000-000000000001'",
                "organizations (name, parent_id) | 'x', '0000000b-0000-4000-8000-000000000000'",
                "users (email) | 'x'",
                "api_keys (organization_id, name, workspace_id) | '0000000a-0000-4000-8000-000000000000', 'x', '0000000b-0000-4000-8000-000000000002'",
                "template_steps (template_id) | '00000000-0000-4000-8000-00000000000e'"
            })
    void noRowCanNameOneOfTheOthers(String table, String values) {
        assertRefused("insert into " + table.replace("(", "(id, ") + " values ('0000000a-0000-4000-8000-0000000000ff', "
                + values + ")");
    }

    @Test
    void nobodyBecomesAMemberBecauseTheyAreSeen() {
        assertRefused("insert into memberships (user_id, organization_id) values"
                + " ('0000000b-0000-4000-8000-000000000001', '0000000a-0000-4000-8000-000000000000')");
        assertRefused("insert into user_sessions (user_id, token) values"
                + " ('0000000b-0000-4000-8000-000000000001', 'forged')");
        assertRefused("insert into translations (choice_id, country, label) values"
                + " ('0000000b-0000-4000-8000-000000000006', 'fr', 'x')");
    }

    @Test
    void aPlanThatIsAppliedDoesNotDriftAndOneForOneDoes() throws SQLException {
        assertThat(plan.drift(database.owner())).isEmpty();
        assertThat(DECLARATION.plan(database.owner()).drift(database.owner()))
                .isNotEmpty()
                .allMatch(difference -> difference.contains("was changed"));
    }

    @Test
    void theScriptsDoTheSameOneByOneAndAtOnce() throws SQLException {
        List<String> applied = database.dump();
        try (ShapesDatabase atOnce = ShapesDatabase.whereAllIsProtected();
                ShapesDatabase oneByOne = ShapesDatabase.whereAllIsProtected()) {
            atOnce.reviewed().inOneTransaction(atOnce.owner(), plan.sql());
            assertThat(atOnce.dump()).containsExactlyElementsOf(applied);
            for (Map.Entry<String, String> script : plan.scripts().entrySet()) {
                oneByOne.reviewed().inOneTransaction(oneByOne.owner(), script.getValue());
            }
            assertThat(oneByOne.dump()).containsExactlyElementsOf(applied);
        }
    }

    @Test
    void whoDoesNotAskForSeveralHasTheSameScriptsAndGetsThePoliciesBack() throws SQLException {
        assertThat(DECLARATION.plan(database.owner()).sql()).doesNotContain("own_views", "organizations_setting");
        try (ShapesDatabase one = ShapesDatabase.whereAllIsProtected()) {
            DECLARATION.plan(database.owner()).apply(database.owner());
            assertThat(database.dump()).containsExactlyElementsOf(one.dump());
        }
        assertThat(database.rows(A_READING_B, "choices")).isEqualTo(1);
    }

    @Test
    void undoGivesTheSchemaBack() throws SQLException {
        try (ShapesDatabase fresh = new ShapesDatabase()) {
            List<String> before = fresh.dump();
            SchemaPlan applied = fresh.protect(SEVERAL);
            applied.undo(fresh.owner());
            assertThat(fresh.dump()).containsExactlyElementsOf(before);
        }
    }

    @Test
    void theMatrixIsGreen() throws SQLException {
        try (ShapesDatabase whole = new ShapesDatabase()) {
            whole.protect(SEVERAL.through("transfers", "from_organization").global("audit"));

            IsolationAssert.assertThat(whole.reviewed().database())
                    .isolates(matrix -> matrix.global("countries", "audit").members("memberships"));
        }
    }

    private void assertRefused(String write) {
        assertThatThrownBy((ThrowingCallable) () -> database.update(A_READING_B, write))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }
}
