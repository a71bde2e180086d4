package io.tenantdatasource.it.policy.attack;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ALICE;
import static io.tenantdatasource.it.policy.ReviewedDatabase.CAROL;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.Tenant;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an error says about rows that the attacker does not see: at most that one exists. */
@OverEachSolution
class ErrorMessagesTest extends Attack {

    /** Each of these fails on the first row that it meets, and most errors name its value. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "select from user_sessions where session_token::int > 0",
                "select from user_sessions where session_token::uuid is null",
                "select from user_sessions where session_token::jsonb is null",
                "select from user_sessions where session_token::timestamptz < now()",
                "select from user_sessions where (session_token || '(') = any (regexp_split_to_array('', session_token || '('))",
                "select from user_sessions where '' ~ (session_token || '(')",
                "select from user_sessions where session_token like ltrim(session_token, session_token) || '\\'",
                "select from user_sessions where 1 / length(ltrim(session_token, session_token)) = 1",
                "select from user_sessions where 1 / (case when session_token > '' then 0 else 1 end) = 1",
                "select 1 / (case when session_token > '' then 0 else 1 end) from user_sessions",
                "select from user_sessions order by session_token::int",
                "select session_token::int from user_sessions",
                "select max(session_token::int) from user_sessions",
                "select from users left join user_sessions on session_token::int = 1",
                "select from users where exists (select from user_sessions where user_id = users.id and session_token::int = 1)",
                "select from user_sessions where exists (select from pg_sleep(0) where session_token::int = 1)",
                "select from user_sessions t where t::text::int = 1",
                "select from user_sessions where substring(session_token from 1 for -1) = ''",
                "select from user_sessions where repeat(session_token, 1000000000) = ''",
                "select from user_sessions where convert_from(session_token::bytea, session_token) = ''",
                "update user_sessions set ip_address = session_token::int::text",
                "update user_sessions set ip_address = '' where session_token::int = 1",
                "delete from user_sessions where session_token::int = 1",
                "merge into user_sessions t using (values (1)) v (i) on t.session_token::int = v.i when matched then delete",
            })
    void whoHasNoRowsMeetsNoErrorInForeignOnes(String sql) throws SQLException {
        try (Client stranger = Client.boundTo(Tenant.of(UUID.randomUUID()), database)) {
            assertThat(stranger.send(sql).sqlState()).isNull();
        }
        try (Client administrator = Client.administrator(database)) {
            assertThat(administrator.send(sql).sqlState()).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"session_token", "ip_address"})
    void aFailedCastNamesAnOwnValue(String column) throws SQLException {
        Answer answer = attacker.send(
                "select " + column + "::int from (select * from user_sessions order by ctid desc) as last_one_first");
        assertThat(answer.sqlState()).isEqualTo("22P02");
        assertOwn(answer.everything());
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice-old", "carol-laptop"})
    void aTakenTokenIsRefusedInTheSameWordsWhoeverHasIt(String token) throws SQLException {
        Answer answer = attacker.send(
                "insert into user_sessions (session_token, user_id) values ('" + token + "', '" + ALICE + "')");
        assertThat(answer.sqlState()).isEqualTo("23505");
        assertThat(answer.error().getServerErrorMessage())
                .hasToString("ERROR: duplicate key value violates unique constraint \"idx_sessions_token_unique\"");
    }

    /** Without row security an error of this kind shows the key, or the whole row. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "update user_sessions set session_token = 'carol-laptop' where session_token = 'alice-old'",
                "update user_sessions set session_token = null",
                "update user_sessions set session_token = ''",
                "update user_sessions set user_agent = 'one'",
                "update user_sessions set user_agent = 'carol''s'",
                "insert into user_sessions (session_token, user_id) values (null, 'a11ce000-0000-4000-8000-000000000000')",
            })
    void noViolationShowsAnyRow(String sql) throws SQLException {
        database.asOwner("""
                alter table user_sessions
                  drop constraint if exists not_empty,
                  drop constraint if exists one_agent;
                update user_sessions set user_agent = null;
                alter table user_sessions
                  add constraint not_empty check (session_token > ''),
                  add constraint one_agent exclude using hash (user_agent with =);
                """);
        database.asAdministrator("update user_sessions set user_agent = 'carol''s' where session_token = 'carol-old'");
        Answer answer = attacker.send(sql);
        assertThat(answer.sqlState()).startsWith("23");
        assertThat(answer.everything())
                .doesNotContainPattern(FOREIGN)
                .doesNotContainPattern(OWN)
                .doesNotContain("Key (", "Failing row");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into user_sessions (session_token, user_id) values ('new', '%s')",
                "update user_sessions set user_id = '%s'",
                "update user_sessions set user_id = '%s' where session_token = 'alice-old'",
            })
    void aForeignUserIsRefusedInTheSameWordsAsOneThatDoesNotExist(String sql) throws SQLException {
        Answer foreign = attacker.send(sql.formatted(CAROL));
        Answer missing = attacker.send(sql.formatted(UUID.randomUUID()));
        assertThat(foreign.sqlState()).isEqualTo("42501");
        assertThat(foreign.everything()).isEqualTo(missing.everything());
    }

    @Test
    void aRefusedRowIsNotShown() throws SQLException {
        Answer answer = attacker.send("update user_sessions set user_id = '" + CAROL + "'");
        assertThat(answer.error().getServerErrorMessage())
                .hasToString("ERROR: new row violates row-level security policy for table \"user_sessions\"");
    }

    @Test
    void aConflictWithAForeignRowDoesNotShowIt() throws SQLException {
        Answer answer = attacker.send(
                "insert into user_sessions (session_token, user_id) values ('carol-laptop', '" + ALICE
                        + "') on conflict (session_token) do update set ip_address = user_sessions.ip_address returning *");
        assertThat(answer.sqlState()).isEqualTo("42501");
        assertThat(answer.error().getServerErrorMessage())
                .hasToString("ERROR: new row violates row-level security policy (USING expression) for table"
                        + " \"user_sessions\"");
    }
}
