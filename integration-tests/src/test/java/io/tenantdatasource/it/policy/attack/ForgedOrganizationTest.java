package io.tenantdatasource.it.policy.attack;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.it.policy.Solution;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a row names its organization, the attacker names one. It has to be that of the row's user, and their own. */
@ParameterizedClass
@EnumSource(value = Solution.class, names = "OWN_COLUMN")
class ForgedOrganizationTest extends Attack {

    private static final String ALICES = "'a11ce000-0000-4000-8000-000000000000'";
    private static final String CAROLS = "'ca401000-0000-4000-8000-000000000000'";
    private static final String OF_ACME = "'ac3e0000-0000-4000-8000-000000000001'";
    private static final String OF_GLOBEX = "'610be000-0000-4000-8000-000000000002'";

    /** A policy refuses a foreign organization, and a constraint one that is not the user's. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                CAROLS + "," + OF_ACME + ", 23503",
                "gen_random_uuid()," + OF_ACME + ", 23503",
                "null," + OF_ACME + ", 23514",
                ALICES + "," + OF_GLOBEX + ", 42501",
                CAROLS + "," + OF_GLOBEX + ", 42501",
                CAROLS + ", null, 42501",
                "null, null, 42501",
            })
    void noSessionIsWrittenForAUserOfAnotherOrganizationThanTheAttackers(String user, String organization, String state)
            throws SQLException {
        for (String sql : new String[] {
            "insert into user_sessions (session_token, user_id, organization_id) values ('new', %1$s, %2$s)",
            "insert into user_sessions (session_token, user_id, organization_id) values ('new', %1$s, %2$s) returning *",
            "with w as (insert into user_sessions (session_token, user_id, organization_id)"
                    + " values ('new', %1$s, %2$s) returning *) table w",
            "merge into user_sessions t using (values (1)) v on false when not matched then"
                    + " insert (session_token, user_id, organization_id) values ('new', %1$s, %2$s)",
            "create temp view seen as table user_sessions;"
                    + " insert into seen (session_token, user_id, organization_id) values ('new', %1$s, %2$s)",
        }) {
            assertThat(attacker.send(sql.formatted(user, organization)).sqlState())
                    .as(sql)
                    .isEqualTo(state);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user_id = " + CAROLS,
                "user_id = " + CAROLS + ", organization_id = " + OF_ACME,
                "user_id = " + CAROLS + ", organization_id = null",
                "user_id = " + CAROLS + ", organization_id = " + OF_GLOBEX,
                "user_id = null",
                "user_id = null, organization_id = null",
                "organization_id = " + OF_GLOBEX,
                "organization_id = gen_random_uuid()",
            })
    void noSessionIsMoved(String change) throws SQLException {
        for (String sql : new String[] {
            "update user_sessions set %s",
            "update user_sessions set %s where session_token = 'alice-old'",
            "insert into user_sessions (session_token, user_id) values ('alice-old', " + ALICES + ")"
                    + " on conflict (session_token) do update set %s",
            "merge into user_sessions t using (values (1)) v on t.session_token = 'alice-old' when matched then update set %s",
        }) {
            assertThat(attacker.send(sql.formatted(change)).sqlState()).as(sql).isEqualTo("42501");
        }
    }

    @Test
    void anEmptiedOrganizationIsFilledAgain() throws SQLException {
        assertThat(attacker.must("update user_sessions set organization_id = null returning organization_id")
                        .rows())
                .containsOnly(ACME.organizationId());
    }

    @Test
    void theForeignKeyCannotBePutOff() throws SQLException {
        assertThat(attacker.send("set constraints all deferred; insert into user_sessions"
                                + " (session_token, user_id, organization_id) values ('new', " + CAROLS + ", " + OF_ACME
                                + ")")
                        .sqlState())
                .isEqualTo("23503");
    }

    /** The foreign key on the user alone is asked first, so which one fails tells whether a user exists; no more. */
    @Test
    void aForeignUserIsToldFromOneThatDoesNotExistByTheKeyThatFails() throws SQLException {
        String insert = "insert into user_sessions (session_token, user_id, organization_id) values ('new', %s, "
                + OF_ACME + ")";
        assertThat(attacker.send(insert.formatted(CAROLS)).everything())
                .contains("\"user_sessions_organization_fkey\"\n  Detail: Key is not present in table \"users\".");
        assertThat(attacker.send(insert.formatted("gen_random_uuid()")).everything())
                .contains("\"user_sessions_user_id_fkey\"\n  Detail: Key is not present in table \"users\".");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table user_sessions disable trigger user_sessions_organization_insert",
                "drop trigger user_sessions_organization_update on user_sessions",
                "alter table user_sessions drop constraint user_sessions_organization_fkey",
                "alter table user_sessions alter constraint user_sessions_organization_fkey deferrable",
                "alter table user_sessions drop column organization_id",
                "alter function %s security definer",
                "alter function %s set search_path = pg_temp",
                "create or replace function %s returns trigger language plpgsql as 'begin return new; end'",
                "drop function %s cascade",
            })
    void whatKeepsTheColumnRightCannotBeChanged(String sql) throws SQLException {
        String function = attacker.first(
                "select tgfoid::regprocedure from pg_trigger" + " where tgname = 'user_sessions_organization_insert'");
        assertThat(attacker.send(sql.formatted("public." + function)).sqlState())
                .isEqualTo("42501");
    }
}
