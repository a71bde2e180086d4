package io.tenantdatasource.it.policy.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the application's role cannot do, with the rights that docs/policies.md gives it. */
@OverEachSolution
class RightsOfTheApplicationTest extends Attack {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table user_sessions disable row level security",
                "alter table user_sessions no force row level security",
                "alter table user_sessions owner to current_user",
                "alter table user_sessions disable trigger all",
                "alter table user_sessions add column stolen text",
                "alter table user_sessions inherit users",
                "alter table user_sessions set schema pg_temp",
                "create policy everything on user_sessions using (true)",
                "alter policy user_sessions_select_policy on user_sessions using (true)",
                "alter policy user_sessions_own_policy on user_sessions to postgres",
                "alter policy user_sessions_select_policy on user_sessions rename to x",
                "drop policy user_sessions_own_policy on user_sessions",
                "comment on policy user_sessions_own_policy on user_sessions is 'tenant-datasource: row security was off'",
                "create rule stolen as on insert to user_sessions do also select new",
                "create trigger stolen before insert on user_sessions for each row execute function"
                        + " suppress_redundant_updates_trigger()",
                "create temp table child () inherits (user_sessions)",
                "create index on user_sessions (ip_address)",
                "create statistics stolen (mcv) on ip_address, session_token from user_sessions",
                "cluster user_sessions using idx_sessions_user",
                "reindex table user_sessions",
                "truncate user_sessions",
                "truncate users cascade",
                "drop table user_sessions",
                "create schema stolen",
                "create table public.stolen as table user_sessions",
                "create publication stolen for table user_sessions",
                "create subscription stolen connection '' publication stolen with (connect = false)",
                "create event trigger stolen on ddl_command_start execute function suppress_redundant_updates_trigger()",
                "select pg_create_logical_replication_slot('stolen', 'test_decoding')",
                "copy user_sessions to '/dev/null'",
                "copy user_sessions to program 'true'",
                "select pg_read_file('PG_VERSION')",
                "select stavalues1 from pg_statistic",
                "alter role current_user bypassrls",
                "alter role current_user superuser",
                "alter role current_user noinherit",
                "create role stolen",
                "grant postgres to current_user",
                "alter default privileges for role postgres grant all on tables to public",
                "set session_replication_role = replica",
                "set role postgres",
                "set session authorization postgres",
                "alter database template1 set row_security = off",
            })
    void cannotSetAsideThePolicies(String sql) throws SQLException {
        assertThat(attacker.send(sql.replace(
                                "postgres", database.database().administrator().getUser()))
                        .sqlState())
                .isEqualTo("42501");
    }

    @Test
    void cannotReadWhatIsStoredBesideTheTable() throws SQLException {
        String toast = attacker.first("select reltoastrelid::regclass from pg_class where relname = 'user_sessions'");
        assertThat(toast).startsWith("pg_toast.");
        assertThat(attacker.send("table " + toast).sqlState()).isEqualTo("42501");
    }

    /** What ANALYZE has sampled is hidden; only how many rows there are is not. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 'a' from pg_stats where tablename = 'user_sessions'",
                "select 'a' from pg_stats_ext where tablename = 'user_sessions'",
                "select 'a' from pg_stats_ext_exprs where tablename = 'user_sessions'",
            })
    void seesNoStatisticsOfItsValues(String sql) throws SQLException {
        database.asOwner("create statistics if not exists sampled on ip_address, lower(ip_address) from user_sessions");
        database.asAdministrator("analyze user_sessions");
        assertThat(attacker.first(sql)).isNull();
        try (Client administrator = Client.administrator(database)) {
            assertThat(administrator.first(sql)).isEqualTo("a");
        }
    }

    /** Whoever asks for no row security gets an error rather than all rows. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "table user_sessions",
                "select count(*) from user_sessions",
                "select from users where exists (select from user_sessions)",
                "update user_sessions set ip_address = 'x'",
                "delete from user_sessions",
                "insert into user_sessions (session_token) values ('new')",
                "merge into user_sessions t using (values (1)) v on true when matched then delete",
                "create temp table taken as table user_sessions",
            })
    void cannotSwitchRowSecurityOff(String sql) throws SQLException {
        attacker.must("set row_security = off");
        Answer answer = attacker.send(sql);
        assertThat(answer.sqlState()).isEqualTo("42501");
        assertThat(answer.everything()).contains("query would be affected by row-level security policy");
        assertThatThrownBy(() -> attacker.copyOut("copy user_sessions to stdout"))
                .hasMessageContaining("row-level security");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reset role",
                "set role none",
                "set session authorization default",
                "reset session authorization",
                "reset all",
                "discard plans",
                "set role authenticated",
            })
    void seesNoMoreAsAnotherRoleThatItMayBe(String sql) throws SQLException {
        attacker.must(sql);
        Answer answer = attacker.send("table user_sessions");
        if (answer.sqlState() == null) {
            assertThat(answer.everything()).doesNotContainPattern(FOREIGN);
        } else {
            assertThat(answer.sqlState()).isEqualTo("42501");
        }
    }

    /** So that no connection is bound to a tenant before anybody has bound it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter role current_user",
                "alter role all",
                "alter database %s",
                "create function pg_temp.f() returns int language sql as 'select 1'"
            })
    void cannotMakeATenantTheDefaultOfLaterSessions(String whose) throws SQLException {
        String sql = whose.formatted(database.application().getDatabaseName());
        assertThat(attacker.send(sql + " set app.organization_id = '610be000-0000-4000-8000-000000000002'")
                        .sqlState())
                .isEqualTo("42501");
    }
}
