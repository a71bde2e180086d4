package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.policy.DdlGuard;
import io.tenantdatasource.policy.SchemaPlan;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The event triggers refuse what opens something, and nothing else: they must never be in the way. */
class DdlGuardTest {

    private static final String VIEW =
            "create view all_surveys as select * from surveys; grant select on all_surveys to ";

    @AutoClose
    private GuardedDatabase database;

    @BeforeEach
    void protect() {
        database = new GuardedDatabase();
    }

    private DdlGuard guard() throws SQLException {
        DdlGuard.refusing().apply(database.administrator());
        return DdlGuard.refusing();
    }

    /** Runs statements one by one on one connection, and returns what they warned of. */
    private List<String> warnings(String... statements) throws SQLException {
        List<String> warnings = new ArrayList<>();
        try (Connection connection = database.administrator().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(database.named(sql));
                for (SQLWarning warning = statement.getWarnings();
                        warning != null;
                        warning = warning.getNextWarning()) {
                    warnings.add(warning.getMessage());
                }
            }
        }
        return warnings;
    }

    private String dump() throws SQLException {
        return SchemaDump.of(database.administrator())
                + database.shapes().catalog("select count(*) from pg_event_trigger");
    }

    @Test
    void undoLeavesNothing() throws SQLException {
        String before = dump();
        guard();
        assertThat(dump()).isNotEqualTo(before);

        DdlGuard.refusing().schema("elsewhere").undo(database.administrator());
        assertThat(dump()).isEqualTo(before);
        DdlGuard.refusing().undo(database.administrator());
    }

    @Test
    void whatIsAppliedAgainReplacesWhatThereWas() throws SQLException {
        String before = dump();
        guard();
        String once = dump();
        database.asAdministrator("create schema elsewhere");
        DdlGuard.refusing().schema("elsewhere").reportOnly().apply(database.administrator());
        assertThat(warnings(VIEW + "{app}")).hasSize(1);
        database.asAdministrator("drop view all_surveys");

        DdlGuard.refusing().apply(database.administrator());
        database.asAdministrator("drop schema elsewhere");
        assertThat(dump()).isEqualTo(once);
        DdlGuard.refusing().undo(database.administrator());
        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void asSqlItIsTheSame() throws SQLException {
        database.shapes()
                .reviewed()
                .inOneTransaction(database.administrator(), DdlGuard.refusing().sql());
        database.assertRefused(() -> warnings("alter table surveys disable row level security"));

        database.shapes()
                .reviewed()
                .inOneTransaction(database.administrator(), DdlGuard.refusing().undoSql());
        database.asAdministrator("alter table surveys disable row level security");
    }

    @Test
    void whoMayNotIsToldOfTheCallback() throws SQLException {
        database.asAdministrator("grant create on schema public to {owner}");
        Refused.by(
                        database.shapes().reviewed().database(),
                        "42501",
                        () -> DdlGuard.refusing().apply(database.owner()))
                .naming(database.owner().getUser() + " may not create an event trigger")
                .hinting("Have a superuser run this once", "require-protected");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create function tenant_datasource_ddl_guard() returns int language sql as 'select 1'",
                "create function of_somebody() returns event_trigger language plpgsql as 'begin end';"
                        + "create event trigger tenant_datasource_ddl_guard_end on sql_drop execute function of_somebody()"
            })
    void whatSomebodyElseHasCalledSoIsLeftAlone(String others) throws SQLException {
        database.asAdministrator(others);

        Refused.by(database.shapes().reviewed().database(), "42710", this::guard)
                .naming("tenant_datasource_ddl_guard");
    }

    @Test
    void whatIsToBeAcceptedHasToBeThere() throws SQLException {
        Refused.by(
                        database.shapes().reviewed().database(),
                        "42704",
                        () -> DdlGuard.refusing()
                                .accept("public.countries", "surveys", "public.f(text)")
                                .apply(database.administrator()))
                .naming("public.f(text), surveys")
                .hinting("with its schema");
        assertThatThrownBy(() -> DdlGuard.refusing().accept("public.a; public.b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name one");
        assertThatThrownBy(() -> DdlGuard.refusing().accept(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsAcceptedIsNotRefused() throws SQLException {
        database.asAdministrator("create view all_surveys as select * from surveys");
        DdlGuard.refusing().accept("public.all_surveys").apply(database.administrator());
        database.asAdministrator("grant select on all_surveys to {app}");

        database.assertRefused(
                () -> warnings("create function f() returns int language sql security definer as 'select 1'"));
        warnings(
                "set tenant_datasource.accept = 'public.f()'",
                "create function f() returns int language sql security definer as 'select 1'");
    }

    @Test
    void onlyReportedItSucceedsWithAWarning() throws SQLException {
        DdlGuard.refusing().reportOnly().apply(database.administrator());

        assertThat(warnings("create view all_surveys as select * from surveys", "grant select on all_surveys to {app}"))
                .containsExactly(
                        "rows that policies hide would be shown, after GRANT, by public.all_surveys (view-that-shows-hidden-rows)");
        database.assertRefused(database::requireProtected).naming("public.all_surveys");
    }

    @Test
    void theRestOfTheTransactionIsRolledBackAsWell() throws SQLException {
        guard();
        database.assertRefused(() -> database.shapes()
                        .reviewed()
                        .inOneTransaction(
                                database.administrator(), "create table t (); " + VIEW + database.application()))
                .naming("after GRANT, by public.all_surveys")
                .hinting(
                        "Run: alter view public.all_surveys set (security_invoker = true);",
                        "tenant_datasource.ddl_guard = off");
    }

    @Test
    void severalChangesAreAskedOfInTheEndIfTheySaySo() throws SQLException {
        guard();
        database.asOwner("alter default privileges in schema public grant select on tables to authenticated");
        String table = "create table answers (id uuid primary key, choice_id uuid not null references choices (id));";
        database.assertRefused(() -> database.asOwner(table)).naming("after CREATE TABLE, by public.answers");

        SchemaPlan plan = planWith(table);
        database.asOwner("begin; set local tenant_datasource.ddl_guard = off; " + table + plan.sql() + "; commit");
        database.requireProtected();
        database.assertRefused(() -> database.asOwner("alter table answers disable row level security"));
    }

    /** Of a database in which the table is there. */
    private SchemaPlan planWith(String table) throws SQLException {
        database.asOwner("set tenant_datasource.ddl_guard = off; " + table);
        SchemaPlan plan = ShapesDatabase.DECLARATION.plan(database.owner());
        database.asOwner("drop table answers");
        return plan;
    }

    @Test
    void whatWasOpenBeforeIsNoFaultOfOtherCommands() throws SQLException {
        database.asAdministrator(VIEW + "{app}");
        guard();

        database.asAdministrator("create table t (); grant select on all_surveys to authenticated;"
                + "create or replace view all_surveys as select *, 1 as one from surveys");
        database.asAdministrator("drop view all_surveys");
        database.assertRefused(() -> warnings("begin", VIEW + "{app}"));
    }

    /** The outer command makes the table before it runs the query that makes another one. */
    @Test
    void commandsInsideOfOthersHideNothing() throws SQLException {
        guard();
        database.asAdministrator("alter default privileges in schema public grant select on tables to authenticated;"
                + "create function makes_a_table() returns uuid language plpgsql as"
                + " 'begin create temp table inner_one (); return null; end'");

        database.assertRefused(() -> warnings("create table outer_one as select makes_a_table() as organization_id"))
                .naming("after CREATE TABLE AS, by public.outer_one");
    }

    @Test
    void aPolicyOfOursIsNotAltered() throws SQLException {
        guard();
        database.asAdministrator("create policy theirs on countries using (true)");

        database.assertRefused(() -> warnings("alter policy tenant_select_policy on surveys using (true)"))
                .naming("tenant_select_policy on public.surveys (policy-that-was-altered)")
                .hinting("Leave the policies of tenant-datasource as they are");
        database.asAdministrator("alter policy theirs on countries using (false)");
    }

    @Test
    void temporaryTablesExtensionsAndReplicasAreNotInTheWay() throws SQLException {
        guard();
        database.asAdministrator("create temp table t as select * from surveys; grant select on t to authenticated");
        database.asAdministrator("create extension hstore");
        database.asAdministrator("set session_replication_role = replica; " + VIEW + "{app}");
    }

    /** It commits in between, so it cannot be rolled back any more. */
    @Test
    void aPartitionThatIsDetachedConcurrentlyIsReported() throws SQLException {
        guard();

        assertThat(warnings("alter table events detach partition events_2026 concurrently"))
                .isEmpty();
        assertThat(database.shapes().catalog("select count(*) from pg_inherits where inhparent = 'events'::regclass"))
                .isEqualTo("0");
    }

    @Test
    void itMeansPostgresOwnObjects() throws SQLException {
        guard();
        database.asAdministrator(
                "create schema attack; create function attack.concat_ws(text, variadic text[]) returns text"
                        + " language sql as 'select null'; create table attack.pg_policy (oid oid)");

        database.assertRefused(() -> warnings(
                "set search_path = attack, pg_catalog, public", "alter table surveys disable row level security"));
    }

    @Test
    void whoHasNoRightsIsAskedAsWell() throws SQLException {
        guard();
        database.asAdministrator("grant create on schema public to {app}");
        try (Connection connection = database.shapes().reviewed().application().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table t (id int)");
            assertThatThrownBy(() -> statement.execute("create table copied as select * from surveys"))
                    .hasMessageContaining("policies hide would be shown");
        }
    }

    @Test
    void ourOwnMigrationsOfAWholeSchemaPass() throws SQLException {
        guard();
        SchemaPlan plan = ShapesDatabase.DECLARATION.plan(database.owner());

        plan.undo(database.owner());
        database.asOwner("alter table surveys add note text");
        plan.apply(database.owner());
        assertThat(plan.drift(database.owner())).isEmpty();
        String role = "m_of_" + database.application();
        try {
            SchemaPlan maintained =
                    ShapesDatabase.DECLARATION.maintenanceRole(role).plan(database.owner());
            maintained.apply(database.owner());
            assertThat(maintained.drift(database.owner())).isEmpty();
            maintained.undo(database.owner());
        } finally {
            database.asAdministrator("drop owned by " + role + "; drop role " + role);
        }
    }

    @ParameterizedTest
    @EnumSource
    void ourOwnMigrationsOfSessionsPass(Solution solution) throws SQLException {
        try (ReviewedDatabase sessions = new ReviewedDatabase()) {
            DdlGuard.refusing().apply(sessions.database().administrator());
            sessions.migrate(solution.policies());
            for (SessionPolicies other :
                    List.of(SessionPolicies.throughUsers(), SessionPolicies.ownColumn(), solution.policies())) {
                other.apply(sessions.owner());
            }
            solution.policies().undo(sessions.owner());
            assertThat(sessions.catalog("select count(*) from pg_policy")).isEqualTo("0");
        }
    }

    @Test
    void ourOwnMigrationsOfOneTablePassAndWhatAnUndoOpensIsTold() throws SQLException {
        database.asAdministrator(
                "create table notes (id int primary key, organization_id uuid); alter table notes owner to {owner}");
        guard();
        TablePolicies.ownColumn("notes").apply(database.owner());
        database.asOwner("grant select on notes to authenticated");
        TablePolicies.ownColumn("notes").undo(database.owner());

        database.assertRefused(database::requireProtected)
                .naming("public.notes (organization-column-without-row-security)");
    }
}
