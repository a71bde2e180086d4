package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ShapesDatabase.DECLARATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.policy.SchemaPlan;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a plan tells of a schema that has become another one since it was applied. */
class SchemaDriftTest {

    @AutoClose
    private ShapesDatabase database;

    private SchemaPlan plan;

    @BeforeEach
    void protectTheSchema() throws SQLException {
        database = ShapesDatabase.whereAllIsProtected();
        plan = DECLARATION.plan(database.owner());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "drop policy tenant_delete_policy on surveys | surveys: policy tenant_delete_policy on public.surveys is missing",
                "alter policy tenant_select_policy on surveys using (true) | surveys: policy tenant_select_policy on public.surveys was changed",
                "alter table surveys no force row level security | surveys: row security is not enabled and forced on public.surveys",
                "drop trigger tenant_names on questions | questions: trigger tenant_names on public.questions is missing",
                "create table events_2027 partition of events for values from ('2027-01-01') to ('2028-01-01') | events: policy tenant_select_policy on public.events_2027 is missing",
                "create policy everything on surveys using (true) | surveys: permissive policies would show role authenticated",
                "create table invoices (organization_id uuid references organizations) | invoices: is not in the plan",
                "create table notes (note text) | notes: whose are its rows?",
                "alter table choices add workspace_id uuid references workspaces | choices: its rows reach their organization in another way",
                "drop table translations | translations: is gone",
                "create view all_surveys as select * from surveys | all_surveys: it reads with the rights of its owner",
                "create materialized view copies as select * from surveys | copies: it is a copy of rows"
            })
    void whatIsNotAsPlannedIsTold(String change, String told) throws SQLException {
        database.reviewed().asOwner(change);

        assertThat(plan.drift(database.owner()))
                .anySatisfy(sentence -> assertThat(sentence).startsWith(told));
    }

    @Test
    void applyingAgainMendsIt() throws SQLException {
        List<String> before = database.dump();
        database.reviewed().asOwner("""
                drop policy tenant_delete_policy on surveys;
                alter table surveys no force row level security;
                drop trigger tenant_names on questions;
                alter policy tenant_select_policy on choices using (true)""");
        assertThat(plan.drift(database.owner())).hasSize(4);

        plan.apply(database.owner());

        assertThat(plan.drift(database.owner())).isEmpty();
        assertThat(database.dump()).containsExactlyElementsOf(before);
    }

    @Test
    void whatIsNotNeededAnyMoreGoes() throws SQLException {
        database.reviewed().asOwner("alter table questions drop column follows cascade");

        SchemaPlan anew = DECLARATION.plan(database.owner());
        assertThat(anew.drift(database.owner()))
                .contains("questions: function public.questions_tenant_names() is not needed any more");
        anew.apply(database.owner());

        assertThat(anew.drift(database.owner())).isEmpty();
        assertThat(database.catalog("select count(*) from pg_proc where proname = 'questions_tenant_names'"))
                .isEqualTo("0");
    }

    @Test
    void planningChangesNothingAndWritesNothing() throws SQLException {
        try (ShapesDatabase fresh = new ShapesDatabase()) {
            List<String> before = fresh.dump();
            SchemaPlan planned = DECLARATION.plan(fresh.owner());
            assertThat(planned.drift(fresh.owner())).hasSizeGreaterThan(100);
            assertThat(fresh.dump()).containsExactlyElementsOf(before);
            assertThat(planned.text()).startsWith("Schema public: 17 tables to protect, 1 global, 2 open");
        }
    }

    @Test
    void anApplicationThatWasStoppedGoesOn() throws SQLException {
        try (ShapesDatabase fresh = new ShapesDatabase()) {
            SchemaPlan planned = DECLARATION.plan(fresh.owner());
            fresh.asAdministrator("alter table documents owner to postgres");
            assertThatThrownBy(() -> planned.apply(fresh.owner())).hasMessageContaining("documents");
            assertThat(fresh.catalog("select count(*) from pg_policy where polrelid = 'workspaces'::regclass"))
                    .isEqualTo("4");
            fresh.asAdministrator(
                    "alter table documents owner to " + fresh.owner().getUser());

            planned.apply(fresh.owner());

            assertThat(planned.drift(fresh.owner())).isEmpty();
        }
    }

    @Test
    void aTableThatIsNamedHasToBeThere() {
        assertThatThrownBy(() -> DECLARATION.global("Countries").plan(database.owner()))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("Countries");
    }
}
