package io.tenantdatasource.it.policy.attack;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.it.policy.Solution;
import io.tenantdatasource.policy.SessionPolicies;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A function is a spy that repeats what it is handed. However cheap the planner believes it to be, a policy comes first.
 * The one place where that does not hold is in {@link WhatIsNotHiddenTest}.
 */
@OverEachSolution
class FunctionsOfTheAttackerTest extends Attack {

    private static final String SPIES = """
            create function pg_temp.spy(anyelement) returns boolean language plpgsql cost 0.0000001 parallel restricted as
              $$ begin raise notice 'saw %', $1; return true; end $$;
            create function pg_temp.spy(text, text) returns boolean language plpgsql cost 0.0000001 as
              $$ begin raise notice 'saw %', $1; return false; end $$;
            create function pg_temp.inlined(text) returns boolean language sql as $$ select pg_temp.spy($1) $$;
            create function pg_temp.next(bigint, text) returns bigint language plpgsql as
              $$ begin raise notice 'saw %', $2; return $1 + 1; end $$;
            create aggregate pg_temp.spies(text) (sfunc = pg_temp.next, stype = bigint, initcond = '0');
            create operator pg_temp.=== (
              leftarg = text, rightarg = text, function = pg_temp.spy, restrict = eqsel, join = eqjoinsel);
            create operator pg_temp.>>> (
              leftarg = text, rightarg = text, function = pg_temp.spy, restrict = scalargtsel, join = scalargtjoinsel);
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select from user_sessions where pg_temp.spy(session_token)",
                "select from user_sessions where pg_temp.inlined(session_token)",
                "select from user_sessions where session_token operator(pg_temp.===) 'x'",
                "select from user_sessions where user_agent is not null or pg_temp.spy(session_token)",
                "select from user_sessions where case when session_token > '' then pg_temp.spy(session_token) end",
                "select from user_sessions where session_token >= '' and pg_temp.spy(session_token)",
                "select from user_sessions where session_token in ('alice-old', 'carol-old') and pg_temp.spy(ip_address)",
                "select from user_sessions t where pg_temp.spy(t)",
                "select from user_sessions t where pg_temp.spy(t.*::text)",
                "select from user_sessions t where pg_temp.spy(row_to_json(t)::text)",
                "select from user_sessions where pg_temp.spy(session_token) for update",
                "select from user_sessions tablesample system (100) where pg_temp.spy(session_token)",
                "select from (select * from user_sessions offset 0) t where pg_temp.spy(session_token)",
                "with t as not materialized (select * from user_sessions) select from t where pg_temp.spy(session_token)",
                "select pg_temp.spy(session_token) from user_sessions",
                "select count(*) filter (where pg_temp.spy(session_token)) from user_sessions",
                "select count(*) from user_sessions group by pg_temp.spy(session_token)",
                "select session_token from user_sessions group by 1 having pg_temp.spy(session_token)",
                "select from user_sessions order by pg_temp.spy(session_token)",
                "select distinct pg_temp.spy(session_token) from user_sessions",
                "select pg_temp.spies(session_token) from user_sessions",
                "select pg_temp.spies(session_token) over (order by id) from user_sessions",
                "select from users join user_sessions on pg_temp.spy(session_token)",
                "select from users left join user_sessions on users.id = user_id and pg_temp.spy(session_token)",
                "select from user_sessions a join user_sessions b on a.session_token operator(pg_temp.===) b.ip_address",
                "select from users, lateral (select from user_sessions where pg_temp.spy(session_token)) s",
                "select from users where exists (select from user_sessions where user_id = users.id and pg_temp.spy(ip_address))",
                "select (select bool_or(pg_temp.spy(session_token)) from user_sessions where user_id = users.id) from users",
                "select from users where id not in (select user_id from user_sessions where pg_temp.spy(session_token))",
                "select session_token from user_sessions where pg_temp.spy(ip_address) intersect select 'alice-old'",
                "with recursive walk (token) as (select '' union select session_token from walk join user_sessions"
                        + " on session_token > token and pg_temp.spy(session_token)) select from walk",
                "create temp view spied as select * from user_sessions where pg_temp.spy(session_token); table spied",
                "explain (analyze) select from user_sessions where pg_temp.spy(session_token)",
                "update user_sessions set ip_address = 'x' where pg_temp.spy(session_token)",
                "update user_sessions set ip_address = pg_temp.spy(session_token)::text",
                "update user_sessions set ip_address = 'x' from users where pg_temp.spy(session_token)",
                "update user_sessions set ip_address = 'x' returning pg_temp.spy(session_token)",
                "delete from user_sessions where pg_temp.spy(session_token)",
                "delete from user_sessions using users where pg_temp.spy(session_token)",
                "delete from user_sessions returning pg_temp.spy(session_token)",
                "merge into user_sessions t using (values (1)) v on pg_temp.spy(t.session_token)"
                        + " when matched then delete",
                "merge into user_sessions t using (values (1)) v on true"
                        + " when matched and pg_temp.spy(t.session_token) then update set ip_address = 'x'",
                "merge into user_sessions t using (values (1)) v on true"
                        + " when matched then update set ip_address = pg_temp.spy(t.session_token)::text",
            })
    void noFunctionIsHandedAForeignRow(String sql) throws SQLException {
        assertOwn(noticesOf(attacker, sql));
        attacker.rollback();
        try (Client administrator = Client.administrator(database)) {
            assertForeign(noticesOf(administrator, sql));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nestloop", "hashjoin", "mergejoin", "seqscan", "indexscan", "bitmapscan", "tidscan", "sort"})
    void noFunctionIsHandedAForeignRowByAnyPlan(String avoided) throws SQLException {
        attacker.must("set local enable_" + avoided + " = off");
        noFunctionIsHandedAForeignRow("select from users left join user_sessions on users.id = user_id"
                + " and pg_temp.spy(session_token) where session_token > 'a' or session_token is null");
    }

    /** A worker has settings of its own, which start as copies of its leader's. */
    @Test
    void noParallelWorkerHandsOverAForeignRow() throws SQLException {
        if (solution == Solution.THROUGH_USERS) {
            // Look-ups are row by row in a sub-select of their own, for which there is no parallel plan: there is one
            // for lists.
            assertThat(inParallel("explain " + SEEN_BY_WORKERS)).doesNotContain("Gather");
            assertOwn(inParallel(SEEN_BY_WORKERS));
            attacker.close();
            spoilDatabase();
            SessionPolicies.throughUsers().forLists().apply(database.owner());
            attacker = Client.boundTo(ACME, database);
        }
        assertThat(inParallel("explain " + SEEN_BY_WORKERS)).contains("Gather");
        assertOwn(inParallel(SEEN_BY_WORKERS));
    }

    private static final String SEEN_BY_WORKERS =
            "select session_token from user_sessions where pg_temp.safe(session_token)";

    private String inParallel(String sql) throws SQLException {
        String parallel = attacker.connection().getMetaData().getDatabaseMajorVersion() >= 16
                ? "debug_parallel_query"
                : "force_parallel_mode";
        attacker.must("""
                set local %s = on;
                set local parallel_setup_cost = 0;
                set local parallel_tuple_cost = 0;
                set local min_parallel_table_scan_size = 0;
                create or replace function pg_temp.safe(text) returns boolean
                  language plpgsql cost 0.0000001 parallel safe as
                  $$ begin raise notice 'saw %%', $1; return true; end $$;
                """.formatted(parallel));
        return attacker.must(sql).everything();
    }

    /**
     * To guess how many rows an operator keeps, the planner calls it with values that ANALYZE has sampled, of all tenants
     * (CVE-2017-7484, CVE-2019-10130, CVE-2025-8713).
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "select from user_sessions where ip_address operator(pg_temp.>>>) '1'",
                "select from user_sessions where ip_address operator(pg_temp.===) '1'",
                "select from user_sessions where lower(ip_address) operator(pg_temp.>>>) '1'",
                "select from old_sessions where ip_address operator(pg_temp.>>>) '1'",
                "select from (select * from user_sessions) t where ip_address operator(pg_temp.>>>) '1'",
                "select from user_sessions a join user_sessions b on a.ip_address operator(pg_temp.===) b.ip_address",
            })
    void thePlannerHandsOverNoSampledValue(String sql) throws SQLException {
        database.asOwner("""
                create statistics if not exists lowered on (lower(ip_address)) from user_sessions;
                create table if not exists old_sessions (ip_address text);
                drop table if exists older_sessions;
                create table older_sessions () inherits (old_sessions);
                insert into older_sessions select '198.51.100.' || number % 2 from generate_series(1, 9) as number;
                alter table old_sessions enable row level security;
                """);
        database.asAdministrator("analyze; grant select on old_sessions to "
                + database.application().getUser());
        assertThat(noticesOf(attacker, "explain " + sql)).isEqualTo("[]");
        try (Client administrator = Client.administrator(database)) {
            assertForeign(noticesOf(administrator, "explain " + sql));
        }
    }

    /** Nobody's function is called before a policy but one that a superuser has declared to tell nothing. */
    @Test
    void noFunctionOfTheAttackersCanBeDeclaredLeakproof() throws SQLException {
        String declared = "create function pg_temp.sworn(text) returns boolean language sql leakproof return true";
        assertThat(attacker.send(declared).sqlState()).isEqualTo("42501");
        attacker.must(SPIES);
        String sworn = "alter function pg_temp.spy(text, text) leakproof";
        assertThat(attacker.send(sworn).sqlState()).isEqualTo("42501");
    }

    private static String noticesOf(Client client, String sql) throws SQLException {
        client.must(SPIES);
        return client.must(sql).notices().toString();
    }
}
