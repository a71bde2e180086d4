package io.tenantdatasource.it.policy.attack;

import static io.tenantdatasource.it.policy.ReviewedDatabase.CAROL;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to write to a table that SQL has. What the attacker writes is committed, and put right after each test. */
@OverEachSolution
class WritesTest extends Attack {

    private static final String FOREIGN_ROWS = "select string_agg(t::text, ' ' order by id) from user_sessions t"
            + " where user_id = '" + CAROL + "' or user_id is null";

    @BeforeEach
    void rememberAllRows() {
        database.asAdministrator("create table if not exists remembered as table user_sessions");
    }

    @AfterEach
    void restoreAllRows() {
        database.asAdministrator("truncate user_sessions; insert into user_sessions table remembered");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update user_sessions set ip_address = 'x'",
                "update user_sessions set ip_address = 'x' where true",
                "update user_sessions set expires_at = now() where session_token >= ''",
                "update user_sessions set ip_address = 'x' where session_token = 'carol-laptop'",
                "update user_sessions set user_id = 'a11ce000-0000-4000-8000-000000000000'",
                "update user_sessions set user_id = 'a11ce000-0000-4000-8000-000000000000'"
                        + " where user_id = 'ca401000-0000-4000-8000-000000000000'",
                "update user_sessions set user_id = 'a11ce000-0000-4000-8000-000000000000' where user_id is null",
                "update user_sessions set ip_address = email from users where users.id = user_id",
                "update user_sessions set ip_address = 'x' from users where user_sessions.user_id <> users.id",
                "update user_sessions a set ip_address = 'x' from user_sessions b where a.id <> b.id or a.id = b.id",
                "update user_sessions set ip_address = 'x' where ctid >= '(0,1)'",
                "update only user_sessions set (ip_address, user_agent) = (select 'x', 'y')",
                "delete from user_sessions",
                "delete from user_sessions where user_id is distinct from gen_random_uuid()",
                "delete from user_sessions using users where users.id = user_id",
                "delete from user_sessions where user_id in (select id from users)",
                "delete from user_sessions where ctid = any (array(select format('(0,%s)', line)::tid"
                        + " from generate_series(1, 40) line))",
                "with gone as (delete from user_sessions returning *) select count(*) from gone",
                "with changed as (update user_sessions set ip_address = 'x' returning *) delete from user_sessions",
                "merge into user_sessions t using (values (1)) v on t.session_token > ''"
                        + " when matched then update set ip_address = 'x'",
                "merge into user_sessions t using (values (1)) v on t.session_token > '' when matched then delete",
                "merge into user_sessions t using (values (1)) v on true when matched and t.ip_address > '' then delete",
                "merge into user_sessions t using users u on t.user_id = u.id when matched and email ~ 'globex' then delete",
                "create temp view seen as table user_sessions; update seen set ip_address = 'x'",
                "create temp view seen as table user_sessions; delete from seen",
                "create temp view seen as select * from user_sessions where expires_at < now() with check option;"
                        + " delete from seen",
                "do $$ declare r record; begin for r in select * from user_sessions for update loop"
                        + " delete from user_sessions where id = r.id; end loop; end $$",
                "do $$ declare c cursor for select * from user_sessions for update; begin for r in c loop"
                        + " update user_sessions set ip_address = 'x' where current of c; end loop; end $$",
                "create function pg_temp.f() returns void language sql as 'delete from user_sessions'; select pg_temp.f()",
                "prepare p as delete from user_sessions; execute p; deallocate p",
            })
    void noStatementChangesAForeignRow(String sql) throws SQLException {
        try (Client administrator = Client.administrator(database)) {
            String before = administrator.first(FOREIGN_ROWS);
            administrator.rollback();

            attacker.must(sql);
            attacker.commit();
            assertThat(administrator.first(FOREIGN_ROWS)).isEqualTo(before);

            administrator.must(sql);
            assertThat(administrator.first(FOREIGN_ROWS))
                    .as("when no policy binds")
                    .isNotEqualTo(before);
            administrator.rollback();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"update set ip_address = 'x'", "delete"})
    void aMergeDoesNotChangeForeignRowsThatItsSourceLacks(String action) throws SQLException {
        String merge = "merge into user_sessions t using (select where false) v on false"
                + " when not matched by source and t.session_token > '' then " + action;
        if (isKnown(17, merge)) {
            noStatementChangesAForeignRow(merge);
        }
    }

    /** It needs no right to SELECT, so it is not spared the rows that the policy for SELECT would hide. */
    @ParameterizedTest
    @ValueSource(strings = {"update set ip_address = 'x'", "delete"})
    void aMergeThatReadsNothingFailsAtTheFirstForeignRow(String action) throws SQLException {
        Answer answer =
                attacker.send("merge into user_sessions using (values (1)) v on true when matched then " + action);
        assertThat(answer.sqlState()).isEqualTo("42501");
        assertThat(answer.error().getServerErrorMessage())
                .hasToString("ERROR: target row violates row-level security policy (USING expression) for table"
                        + " \"user_sessions\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'ca401000-0000-4000-8000-000000000000'", "null", "gen_random_uuid()"})
    void noStatementWritesARowForAForeignUserOrForNobody(String user) throws SQLException {
        for (String sql : new String[] {
            "insert into user_sessions (session_token, user_id) values ('new', %s)",
            "insert into user_sessions (session_token, user_id) values ('new', %s) returning *",
            "insert into user_sessions (session_token, user_id) values ('new', %s) on conflict do nothing",
            "insert into user_sessions (session_token, user_id) values ('alice-old', %s) on conflict do nothing",
            "insert into user_sessions (session_token, user_id) values ('alice-old', %s)"
                    + " on conflict (session_token) do update set ip_address = 'x'",
            "insert into user_sessions (session_token, user_id)"
                    + " values ('alice-old', 'a11ce000-0000-4000-8000-000000000000')"
                    + " on conflict (session_token) do update set user_id = %s",
            "insert into user_sessions (session_token, user_id) select 'new', %s from user_sessions limit 1",
            "update user_sessions set user_id = %s",
            "update user_sessions set user_id = %s where session_token = 'alice-old'",
            "update user_sessions set user_id = %s returning *",
            "with w as (insert into user_sessions (session_token, user_id) values ('new', %s) returning *) table w",
            "merge into user_sessions t using (values (1)) v on false"
                    + " when not matched then insert (session_token, user_id) values ('new', %s)",
            "merge into user_sessions t using (values (1)) v on true when matched then update set user_id = %s",
            "create temp view seen as table user_sessions; insert into seen (session_token, user_id) values ('new', %s)",
            "create temp view seen as table user_sessions; update seen set user_id = %s",
            "do $$ begin update user_sessions set user_id = %s; end $$",
        }) {
            Answer answer = attacker.send(sql.formatted(user));
            assertThat(answer.sqlState()).as(sql).isEqualTo("42501");
            assertThat(answer.everything()).as(sql).contains("row-level security");
        }
    }

    @Test
    void aForeignRowCannotBeTakenOverByItsToken() throws SQLException {
        Answer answer = attacker.send(
                "insert into user_sessions (session_token, user_id)"
                        + " values ('carol-laptop', 'a11ce000-0000-4000-8000-000000000000')"
                        + " on conflict (session_token) do update set user_id = excluded.user_id, ip_address = 'x' returning *");
        assertThat(answer.sqlState()).isEqualTo("42501");
    }

    @Test
    void aForeignRowCannotBeTakenOverByItsId() throws SQLException {
        String id;
        try (Client administrator = Client.administrator(database)) {
            id = administrator.first("select id from user_sessions where session_token = 'carol-laptop'");
        }
        Answer answer = attacker.send("insert into user_sessions (id, session_token, user_id)"
                + " values ('" + id + "', 'new', 'a11ce000-0000-4000-8000-000000000000')"
                + " on conflict (id) do update set user_id = excluded.user_id returning *");
        assertThat(answer.sqlState()).isEqualTo("42501");
    }
}
