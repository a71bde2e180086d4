package io.tenantdatasource.it.policy.attack;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ALICE;
import static io.tenantdatasource.it.policy.ReviewedDatabase.CAROL;
import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.it.policy.ReviewedDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What somebody who may send any SQL learns in spite of all policies. Each test is a line of SECURITY.md; one that fails
 * may well be good news.
 */
@OverEachSolution
class WhatIsNotHiddenTest extends Attack {

    private static final String UPSERT = "insert into user_sessions (session_token, user_id) values ('carol-laptop', '"
            + ALICE + "') on conflict (session_token) do update set ip_address = 'x' where ";

    private static final String IN_RANGE =
            "select from user_sessions" + " where session_token > 'bz' and session_token < '%s' order by session_token";

    private static final Pattern REMOVED = Pattern.compile("Rows Removed by Filter: ([0-9]+)");

    @Test
    void whetherATokenIsTaken() throws SQLException {
        String insert = "insert into user_sessions (session_token, user_id) values ('%s', '" + ALICE + "')";
        assertThat(attacker.send(insert.formatted("carol-laptop")).sqlState()).isEqualTo("23505");
        assertThat(attacker.must((insert + " on conflict do nothing").formatted("carol-laptop"))
                        .changed())
                .isZero();
        assertThat(attacker.must((insert + " on conflict do nothing").formatted("carol-phone"))
                        .changed())
                .isEqualTo(1);
    }

    /**
     * PostgreSQL asks the WHERE of an upsert first, and the policies of the row that is there second. A patch that turns
     * that around is on pgsql-hackers (5 October 2026, "Check RLS policies before evaluating the ON CONFLICT WHERE clause").
     */
    @Test
    void theRowOfATokenThatOneKnows() throws SQLException {
        attacker.must("""
                create function pg_temp.spy(anyelement) returns boolean language plpgsql as
                  $$ begin raise notice 'saw %', $1; return true; end $$""");
        Answer answer = attacker.send(UPSERT + "pg_temp.spy(user_sessions)");
        assertThat(answer.sqlState()).isEqualTo("42501");
        assertThat(answer.notices().toString()).contains("carol-laptop", "198.51.100.1", CAROL.toString());
    }

    @Test
    void theRowOfATokenThatOneKnowsAlsoByWhetherTheUpsertFails() throws SQLException {
        assertThat(attacker.send(UPSERT + "user_sessions.ip_address like '198.51.%'")
                        .sqlState())
                .isEqualTo("42501");
        assertThat(attacker.send(UPSERT + "user_sessions.ip_address like '203.0.%'")
                        .sqlState())
                .isNull();
    }

    @Test
    void howManyForeignTokensAreInARange() throws SQLException {
        useTheIndexOfTokens();
        assertThat(removedIn(IN_RANGE.formatted("cz"))).isEqualTo(2);
        assertThat(removedIn(IN_RANGE.formatted("carol-m"))).isEqualTo(1);
        assertThat(removedIn(IN_RANGE.formatted("carol-k"))).isZero();
    }

    @Test
    void howManyForeignTokensAreInARangeAlsoWithoutExplain() throws SQLException {
        useTheIndexOfTokens();
        attacker.must("set local plan_cache_mode = force_generic_plan; prepare in_range (text) as "
                + IN_RANGE.replace("'%s'", "$1") + "; execute in_range ('bz')");
        String fetched = "select idx_tup_fetch from pg_stat_xact_user_tables where relname = 'user_sessions'";
        int before = Integer.parseInt(attacker.first(fetched));
        assertThat(attacker.must("execute in_range ('cz')").rows()).isEmpty();
        assertThat(Integer.parseInt(attacker.first(fetched))).isEqualTo(before + 2);
    }

    /** What to do about all of the above: a hash has no order, and an exclusion constraint is no unique index. */
    @Test
    void noTokenThatIsKeptUniqueByItsHash() throws SQLException {
        spoilDatabase();
        database.asOwner("""
                drop index idx_sessions_token_unique;
                alter table user_sessions add constraint one_session exclude using hash (session_token with =);
                """);
        useTheIndexOfTokens();
        assertThat(attacker.must("explain select from user_sessions where session_token = 'alice-old'")
                        .everything())
                .contains("one_session");
        assertThat(removedIn(IN_RANGE.formatted("cz"))).isEqualTo(removedIn(IN_RANGE.formatted("carol-k")));
        assertThat(attacker.send(UPSERT + "true").sqlState())
                .as("no unique constraint")
                .isEqualTo("42P10");
        assertThat(attacker.send(UPSERT.replace("(session_token) do", "on constraint one_session do") + "true")
                        .sqlState())
                .as("not supported with exclusion constraints")
                .isEqualTo("42809");
    }

    /** What to do about the same with ids: they have their default. */
    @Test
    void noRowByAnIdThatTheApplicationMayNotWrite() throws SQLException {
        spoilDatabase();
        String application = database.application().getUser();
        database.asOwner("revoke insert on user_sessions from " + application
                + "; grant insert (session_token, ip_address, user_agent, user_id, expires_at) on user_sessions to "
                + application);
        String insert = "insert into user_sessions (%s session_token, user_id) values (%s 'new', '" + ALICE
                + "') on conflict (id) do update set ip_address = 'x' where true";
        assertThat(attacker.send(insert.formatted("id,", "gen_random_uuid(),")).sqlState())
                .isEqualTo("42501");
        assertThat(attacker.must(insert.formatted("", "")).changed()).isEqualTo(1);
    }

    @Test
    void howFrequentAForeignValueIs() throws SQLException {
        spoilDatabase();
        database.asAdministrator("""
                insert into user_sessions (session_token, ip_address, user_id)
                  select 'carol-' || number, '198.51.100.7', 'ca401000-0000-4000-8000-000000000000'
                  from generate_series(1, 3000) as number;
                analyze user_sessions;
                """);
        assertThat(estimated("198.51.100.7")).isGreaterThan(100);
        assertThat(estimated("198.51.100.8")).isLessThan(10);
    }

    private int estimated(String address) throws SQLException {
        String plan = attacker.must("explain select from user_sessions where ip_address = '" + address + "'")
                .rows()
                .get(0);
        Matcher rows = Pattern.compile("rows=([0-9]+)").matcher(plan);
        assertThat(rows.find()).isTrue();
        return Integer.parseInt(rows.group(1));
    }

    @Test
    void howManyRowsThereAreInAll() throws SQLException {
        database.asAdministrator("analyze user_sessions");
        assertThat(attacker.first("select reltuples from pg_class where relname = 'user_sessions'"))
                .isEqualTo("6");
        assertThat(attacker.first("select pg_relation_size('user_sessions')")).isEqualTo("8192");
    }

    @Test
    void howManyRowsThereAreInAllByAMergeThatReadsNothing() throws SQLException {
        attacker.must("""
                create function pg_temp.spy(anyelement) returns boolean language plpgsql as
                  $$ begin raise notice 'one more'; return false; end $$""");
        assertThat(attacker.must("merge into user_sessions using (values (1)) v (i) on true"
                                + " when matched and pg_temp.spy(v.i) then delete")
                        .notices())
                .hasSize(6);
    }

    @Test
    void howManyRowsOthersHaveWritten() throws SQLException {
        spoilDatabase();
        String written = "select n_tup_ins from pg_stat_user_tables where relname = 'user_sessions'";
        long before = Long.parseLong(attacker.first(written));
        attacker.rollback();
        try (Client victim = Client.unbound(database)) {
            victim.workFor(GLOBEX);
            insertForCarol(victim, "carol-1");
            insertForCarol(victim, "carol-2");
            victim.first("select pg_stat_force_next_flush()");
            victim.commit();
        }
        assertThat(Long.parseLong(attacker.first(written))).isGreaterThanOrEqualTo(before + 2);
    }

    @Test
    void howManyForeignRowsLieBetweenOnesOwn() throws SQLException {
        spoilDatabase();
        database.asAdministrator("vacuum full user_sessions");
        String first = insertForAlice("ctid", "alice-1");
        try (Client victim = Client.unbound(database)) {
            victim.workFor(GLOBEX);
            insertForCarol(victim, "carol-1");
            insertForCarol(victim, "carol-2");
            victim.commit();
        }
        assertThat(List.of(first, insertForAlice("ctid", "alice-2"))).isEqualTo(List.of("(0,7)", "(0,10)"));
    }

    @Test
    void howManyNumbersOfASequenceOthersHaveTaken() throws SQLException {
        spoilDatabase();
        database.asOwner("alter table user_sessions add number bigint generated by default as identity");
        int first = Integer.parseInt(insertForAlice("number", "alice-1"));
        try (Client victim = Client.unbound(database)) {
            victim.workFor(GLOBEX);
            insertForCarol(victim, "carol-1");
            insertForCarol(victim, "carol-2");
            victim.commit();
        }
        assertThat(Integer.parseInt(insertForAlice("number", "alice-2"))).isEqualTo(first + 3);
    }

    @Test
    void theTextOfOtherTenantsStatements() throws SQLException {
        try (Client victim = Client.unbound(database)) {
            ReviewedDatabase.first(
                    victim.connection(), "select from user_sessions where session_token = 'carol-laptop'");
            assertThat(attacker.must("select query from pg_stat_activity where pid <> pg_backend_pid()")
                            .everything())
                    .contains("carol-laptop");
        }
    }

    @Test
    void notWhatOtherTenantsBind() throws SQLException {
        try (Client victim = Client.unbound(database);
                PreparedStatement query =
                        victim.connection().prepareStatement("select from user_sessions where session_token = ?")) {
            query.setString(1, "carol-laptop");
            query.execute();
            assertThat(attacker.must("select query from pg_stat_activity where pid <> pg_backend_pid()")
                            .everything())
                    .contains("session_token = $1")
                    .doesNotContain("carol-laptop");
        }
    }

    @Test
    void theAdvisoryLocksOfOtherTenants() throws SQLException {
        try (Client victim = Client.unbound(database)) {
            victim.must("select pg_advisory_xact_lock(42)");
            assertThat(attacker.first("select pg_try_advisory_xact_lock(42)")).isEqualTo("f");
            assertThat(attacker.must("select objid from pg_locks where locktype = 'advisory'")
                            .rows())
                    .contains("42");
        }
    }

    @Test
    void theTableFromWhoeverLocksAllOfIt() throws SQLException {
        attacker.must("lock table user_sessions in access exclusive mode");
        try (Client victim = Client.unbound(database)) {
            victim.must("set lock_timeout = '100ms'");
            assertThat(victim.send("select from user_sessions").sqlState()).isEqualTo("55P03");
        }
    }

    @Test
    void otherSessionsOfTheSameRoleFromWhoeverEndsThem() throws SQLException {
        try (Client victim = Client.unbound(database)) {
            String backend = victim.first("select pg_backend_pid()");
            assertThat(attacker.first("select pg_terminate_backend(" + backend + ", 5000)"))
                    .isEqualTo("t");
            assertThatThrownBy(() -> victim.must("select 1")).isInstanceOf(SQLException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set app.organization_id = '610be000-0000-4000-8000-000000000002'; table user_sessions",
                "select set_config('app.organization_id', '610be000-0000-4000-8000-000000000002', true);"
                        + " select session_token from user_sessions",
                "with w as materialized (select set_config('app.organization_id',"
                        + " '610be000-0000-4000-8000-000000000002', true) as t) select s.* from w, user_sessions s where t > ''",
            })
    void anythingFromWhoeverChangesTheSetting(String sql) throws SQLException {
        assertThat(attacker.must(sql).everything()).contains("carol").doesNotContainPattern(OWN);
    }

    /** The setting is read before the first row is; and the next statement is told the tenant anew. */
    @Test
    void notWhereTheSettingIsChangedInTheListOfColumns() throws SQLException {
        String sql = "select set_config('app.organization_id', '610be000-0000-4000-8000-000000000002', true),"
                + " session_token from user_sessions";
        assertOwn(attacker.must(sql).everything());
        assertOwn(attacker.must("table user_sessions").everything());
    }

    @Test
    void anythingFromAFunctionThatASuperuserHasSwornForWithoutReason() throws SQLException {
        database.asAdministrator("""
                create function sworn(text) returns boolean language plpgsql cost 0.0000001 leakproof as
                  $$ begin raise notice 'saw %', $1; return true; end $$""");
        assertThat(attacker.must("select from user_sessions where sworn(session_token)")
                        .notices()
                        .toString())
                .contains("carol-laptop", "nobody");
    }

    /** Where the TenantDataSource is told of it by a text. */
    @Test
    void notTheTemporaryTableThatTheFormerTenantOfASessionHasMade() throws SQLException {
        try (TenantDataSource pool = poolOfOne()) {
            execute(pool, ACME, "create temp table user_sessions (like public.user_sessions)");
            assertThat(execute(pool, GLOBEX, "select to_regclass('pg_temp.user_sessions')"))
                    .isNull();
        }
    }

    /** What to do about those of triggers, and of other pools. */
    @Test
    void nothingByTemporaryTablesWhereNobodyMayCreateThem() throws SQLException {
        spoilDatabase();
        database.asAdministrator(
                "revoke temporary on database " + database.application().getDatabaseName() + " from public");
        assertThat(attacker.send("create temp table user_sessions (like public.user_sessions)")
                        .sqlState())
                .isEqualTo("42501");
    }

    @Test
    void notTheCursorWithHoldThatATenantHasLeft() throws SQLException {
        try (TenantDataSource pool = poolOfOne()) {
            execute(pool, GLOBEX, "declare left_open cursor with hold for select session_token from user_sessions");
            assertThatThrownBy(() -> execute(pool, ACME, "fetch from left_open"))
                    .hasMessageContaining("does not exist");
        }
    }

    private static String execute(TenantDataSource pool, Tenant tenant, String sql) throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(tenant);
                Connection connection = pool.getConnection();
                var statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return null;
            }
            try (var result = statement.getResultSet()) {
                return result.next() ? result.getString(1) : null;
            }
        }
    }

    private void useTheIndexOfTokens() throws SQLException {
        attacker.must("set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off");
    }

    /** How many rows of the table EXPLAIN says were read and thrown away. */
    private int removedIn(String query) throws SQLException {
        String plan = attacker.must("explain (analyze, costs off, timing off) " + query).rows().stream()
                .dropWhile(line -> !line.contains("on user_sessions"))
                .takeWhile(line -> !line.strip().startsWith("InitPlan"))
                .reduce("", (above, line) -> above + "\n" + line);
        Matcher removed = REMOVED.matcher(plan);
        return removed.find() ? Integer.parseInt(removed.group(1)) : 0;
    }

    private String insertForAlice(String returning, String token) throws SQLException {
        String value = attacker.first("insert into user_sessions (session_token, user_id) values ('" + token + "', '"
                + ALICE + "') returning " + returning);
        attacker.commit();
        return value;
    }

    private static void insertForCarol(Client victim, String token) throws SQLException {
        victim.must("insert into user_sessions (session_token, user_id) values ('" + token + "', '" + CAROL + "')");
    }
}
