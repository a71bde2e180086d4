package io.tenantdatasource.it.policy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a policy names was found when it was created. Nothing that the attacker puts in front of it is found instead. */
@OverEachSolution
class ShadowsTest extends Attack {

    @BeforeEach
    void giveTheAttackerASchema() {
        database.asAdministrator("create schema if not exists evil; grant all on schema evil to "
                + database.application().getUser());
    }

    /** In the temporary one, everybody belongs to ACME. */
    @ParameterizedTest
    @ValueSource(strings = {"pg_temp", "evil"})
    void aTableNamedLikeUsersChangesNobodysOrganization(String schema) throws SQLException {
        attacker.must("""
                create table %s.users as
                  select id, 'ac3e0000-0000-4000-8000-000000000001'::uuid as organization_id, email from public.users;
                set search_path = %1$s, public;
                """.formatted(schema));
        assertThat(attacker.first("select count(*) from users where organization_id::text ~ '^ac3e'"))
                .isEqualTo("3");
        assertBoundToAcme();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_temp", "evil"})
    void functionsNamedLikePostgresOwnAreNotCalled(String schema) throws SQLException {
        attacker.must("""
                create function %s.current_setting(text, boolean) returns text language sql return
                  case when $1 = 'app.user_id' then '' else '610be000-0000-4000-8000-000000000002' end;
                create function %1$s.current_setting(text) returns text language sql return
                  case when $1 = 'app.user_id' then '' else '610be000-0000-4000-8000-000000000002' end;
                set search_path = %1$s, pg_catalog, public;
                """.formatted(schema));
        if (schema.equals("evil")) {
            assertThat(attacker.first("select current_setting('app.organization_id', true)"))
                    .startsWith("610be");
        }
        assertBoundToAcme();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_temp", "evil"})
    void operatorsNamedLikePostgresOwnAreNotUsed(String schema) throws SQLException {
        attacker.must("""
                create function %s.yes(uuid, uuid) returns boolean language sql immutable return true;
                create function %1$s.yes(text, text) returns boolean language sql immutable return true;
                create operator %1$s.= (leftarg = uuid, rightarg = uuid, function = %1$s.yes);
                create operator %1$s.~ (leftarg = text, rightarg = text, function = %1$s.yes);
                set search_path = %1$s, pg_catalog, public;
                """.formatted(schema));
        if (schema.equals("evil")) {
            assertThat(attacker.first("select gen_random_uuid() = gen_random_uuid()"))
                    .isEqualTo("t");
        }
        assertBoundToAcme();
    }

    @Test
    void aTypeNamedLikePostgresOwnIsNotCastTo() throws SQLException {
        attacker.must("""
                create domain evil.uuid as pg_catalog.uuid check (false);
                create domain evil.text as pg_catalog.text check (false);
                set search_path = evil, pg_catalog, public;
                """);
        assertBoundToAcme();
    }

    @Test
    void anEmptySearchPathHidesNothingFromThePolicies() throws SQLException {
        attacker.must("set search_path = ''");
        assertBoundToAcme();
    }

    private void assertBoundToAcme() throws SQLException {
        assertThat(attacker.first(
                        "select string_agg(session_token, ' ' order by session_token) from public.user_sessions"))
                .isEqualTo("alice-old alice-phone bob-laptop");
        for (String user : new String[] {"'ca401000-0000-4000-8000-000000000000'", "null"}) {
            assertThat(attacker.send("insert into public.user_sessions (session_token, user_id) values ('new', " + user
                                    + ")")
                            .sqlState())
                    .isEqualTo("42501");
            assertThat(attacker.send("update public.user_sessions set user_id = " + user)
                            .sqlState())
                    .isEqualTo("42501");
        }
        assertThat(attacker.must("insert into public.user_sessions (session_token, user_id)"
                                + " values ('new', 'b0b00000-0000-4000-8000-000000000000')")
                        .changed())
                .isEqualTo(1);
        assertThat(attacker.must("delete from public.user_sessions").changed()).isEqualTo(4);
    }
}
