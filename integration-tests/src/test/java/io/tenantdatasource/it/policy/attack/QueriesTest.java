package io.tenantdatasource.it.policy.attack;

import static io.tenantdatasource.it.policy.ReviewedDatabase.CAROL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** Every way to read a table that SQL has. The attacker sees ACME's rows, and of GLOBEX's nothing. */
@OverEachSolution
class QueriesTest extends Attack {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "table user_sessions",
                "select * from only user_sessions",
                "select t from user_sessions t",
                "select (t).* from user_sessions t",
                "select t.*::text from user_sessions t",
                "select row_to_json(t) from user_sessions t",
                "select jsonb_agg(to_jsonb(t)) from user_sessions t",
                "select array_agg(t) from user_sessions t",
                "select string_agg(session_token, ' ') from user_sessions",
                "select min(session_token), max(session_token) from user_sessions",
                "select percentile_disc(array[0.1, 0.3, 0.5, 0.7, 0.9]) within group (order by session_token) from user_sessions",
                "select distinct on (user_id) user_id, session_token from user_sessions",
                "select ip_address, session_token from user_sessions group by grouping sets ((ip_address), (session_token))",
                "select lag(session_token) over w, lead(session_token) over w, first_value(session_token) over w"
                        + " from user_sessions window w as (order by ip_address desc)",
                "select ctid, tableoid, xmin, cmin, xmax, session_token from user_sessions",
                "select * from user_sessions where ctid = any (array(select format('(0,%s)', line)::tid"
                        + " from generate_series(1, 40) line))",
                "select * from user_sessions where ctid >= '(0,1)' and ctid < '(9,1)'",
                "select * from user_sessions tablesample bernoulli (100)",
                "select * from user_sessions tablesample system (100) repeatable (1)",
                "select * from user_sessions for update",
                "select * from user_sessions for no key update skip locked",
                "select * from user_sessions for key share nowait",
                "select * from user_sessions offset 0",
                "select * from user_sessions order by session_token desc fetch first 2 rows with ties",
                "with t as materialized (table user_sessions) table t",
                "with recursive t as (table user_sessions union table user_sessions) table t",
                "table user_sessions union all table user_sessions",
                "table user_sessions except select * from user_sessions where session_token = 'bob-laptop'",
                "select s.* from users u full join user_sessions s on false",
                "select s.* from users u right join user_sessions s on u.id = s.user_id",
                "select s.* from users u cross join lateral (select * from user_sessions where user_id = u.id) s",
                "select (select string_agg(session_token, ' ') from user_sessions s where s.user_id = u.id) from users u",
                "select a.* from user_sessions a join user_sessions b using (id, session_token)",
                "select * from user_sessions where session_token like '%-%' or ip_address ~ '.'",
                "select * from user_sessions where user_id in (select id from users)",
                "select array(select session_token from user_sessions)",
                "select table_to_xml('user_sessions', true, false, '')",
                "select query_to_xml('table user_sessions', true, false, '')",
                "select schema_to_xml('public', true, false, '')::text ~ 'alice', table_to_xml('user_sessions', true, true, '')",
                "select ts_stat('select to_tsvector(session_token) from user_sessions')",
                "create temp table taken as table user_sessions; table taken",
                "select * into temp taken from user_sessions; table taken",
                "create temp table taken (like user_sessions); insert into taken table user_sessions; table taken",
                "create temp view seen as table user_sessions; table seen",
                "create temp recursive view seen (token) as select session_token from user_sessions; table seen",
                "declare c scroll cursor for table user_sessions; fetch all from c; fetch backward all from c",
                "declare c cursor with hold for table user_sessions; fetch all from c",
                "select cursor_to_xml('c', 9, true, false, '') from query_to_xml('select 1', true, false, '')"
                        + " where false; declare c cursor for table user_sessions; select cursor_to_xml('c', 9, true, false, '')",
                "prepare p as table user_sessions; execute p; deallocate p",
                "prepare p as table user_sessions; create temp table taken as execute p; table taken; deallocate p",
                "do $$ declare r record; begin for r in table user_sessions loop raise notice '%', r; end loop; end $$",
                "do $$ declare t text; begin execute 'select string_agg(session_token, '' '') from user_sessions' into t;"
                        + " raise notice '%', t; end $$",
                "create function pg_temp.f() returns setof user_sessions language sql as 'table user_sessions';"
                        + " select * from pg_temp.f()",
                "create function pg_temp.f() returns text language sql"
                        + " return (select string_agg(session_token, ' ') from user_sessions); select pg_temp.f()",
                "update user_sessions set ip_address = ip_address returning *",
                "delete from user_sessions returning *",
                "with gone as (delete from user_sessions returning *) table gone",
                "insert into user_sessions (session_token, user_id)"
                        + " select 'new ' || session_token, user_id from user_sessions where user_id is not null returning *",
                "insert into user_sessions (session_token, user_id)"
                        + " select session_token, user_id from user_sessions where user_id is not null"
                        + " on conflict (session_token) do update set ip_address = excluded.ip_address returning *",
                "merge into user_sessions t using user_sessions s on t.id = s.id when matched then"
                        + " update set user_agent = s.session_token; table user_sessions",
            })
    void noQueryShowsAForeignRow(String sql) throws SQLException {
        assertOwn(attacker.must(sql).everything());
        attacker.rollback();
        try (Client administrator = Client.administrator(database)) {
            assertForeign(administrator.must(sql).everything());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "session_token = 'carol-laptop'",
                "session_token in ('carol-laptop', 'carol-old', 'nobody')",
                "session_token like 'carol%'",
                "session_token ^@ 'carol'",
                "session_token >= 'carol' and session_token < 'd'",
                "ip_address = '198.51.100.1'",
                "user_id = 'ca401000-0000-4000-8000-000000000000'",
                "user_id is null",
                "user_id in (select id from users where email ~ 'globex')",
            })
    void aForeignRowIsFoundByNoneOfItsValues(String condition) throws SQLException {
        String sql = "select * from user_sessions where " + condition;
        assertThat(attacker.must(sql).rows()).isEmpty();
        try (Client administrator = Client.administrator(database)) {
            assertForeign(administrator.must(sql).everything());
        }
    }

    @Test
    void aJoinWithAForeignUserFindsNone() throws SQLException {
        String sql = "select session_token from user_sessions s join users u on u.id = s.user_id where u.id = '" + CAROL
                + "'";
        assertThat(attacker.must(sql).rows()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "copy user_sessions to stdout",
                "copy user_sessions (session_token) to stdout (format csv)",
                "copy (table user_sessions) to stdout",
                "copy (select t from user_sessions t) to stdout (format csv, force_quote *)",
                "copy (update user_sessions set ip_address = ip_address returning *) to stdout",
                "copy (delete from user_sessions returning *) to stdout",
            })
    void noCopyTakesAForeignRowOut(String sql) throws SQLException, IOException {
        assertOwn(attacker.copyOut(sql));
        attacker.rollback();
        try (Client administrator = Client.administrator(database)) {
            assertForeign(administrator.copyOut(sql));
        }
    }

    /** So that nobody writes rows which no policy has checked. */
    @Test
    void copyInIsNotSupported() {
        assertThatThrownBy(() -> attacker.copyOut("copy user_sessions from stdin"))
                .isInstanceOfSatisfying(
                        PSQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("0A000"))
                .hasMessageContaining("COPY FROM not supported with row-level security");
    }

    @Test
    void aMergeReturnsNoForeignRow() throws SQLException {
        String merge = "merge into user_sessions t using (values (1)) v on true"
                + " when matched then update set ip_address = ip_address returning merge_action(), t.*";
        if (isKnown(17, merge)) {
            noQueryShowsAForeignRow(merge);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update user_sessions set ip_address = ip_address returning old.*, new.*",
                "delete from user_sessions returning old.*"
            })
    void neitherTheOldNorTheNewRowsAreForeign(String write) throws SQLException {
        if (isKnown(18, write)) {
            noQueryShowsAForeignRow(write);
        }
    }
}
