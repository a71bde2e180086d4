package io.tenantdatasource.it.policy.attack;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.CAROL;
import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an administrator must not grant, and must not put beside the table: policies have no say in it. */
@OverEachSolution
class RightsThatAskNoPolicyTest extends Attack {

    private String application;

    @BeforeEach
    void giveTheAttackerASchema() {
        application = database.application().getUser();
        database.asAdministrator("create schema if not exists evil authorization " + application);
    }

    @Test
    void truncateEmptiesTheTableForAll() throws SQLException {
        spoilDatabase();
        database.asAdministrator("grant truncate on user_sessions to " + application);
        attacker.must("truncate user_sessions");
        attacker.commit();
        assertThat(database.allTokens()).isNull();
    }

    @Test
    void referencesTellsWhichTokensThereAre() throws SQLException {
        database.asAdministrator("grant references on user_sessions to " + application);
        attacker.must("create table evil.probe (token text references public.user_sessions (session_token))");
        Answer missing = attacker.send("insert into evil.probe values ('dave-laptop')");
        assertThat(missing.sqlState()).isEqualTo("23503");
        assertThat(attacker.send("insert into evil.probe values ('carol-laptop')")
                        .sqlState())
                .isNull();
    }

    @Test
    void referencesFollowsATokenThatOneKnewOnce() throws SQLException {
        spoilDatabase();
        database.asAdministrator("grant references on user_sessions to " + application);
        attacker.must("""
                create table evil.probe (
                  token text references public.user_sessions (session_token) on update cascade on delete cascade);
                insert into evil.probe values ('carol-laptop');
                """);
        attacker.commit();
        assertThat(database.update(
                        GLOBEX,
                        "update user_sessions set session_token = 'carol-secret' where session_token = 'carol-laptop'"))
                .isEqualTo(1);
        assertThat(attacker.first("table evil.probe")).isEqualTo("carol-secret");
    }

    @Test
    void triggerReadsWhatOthersWrite() throws SQLException {
        spoilDatabase();
        database.asAdministrator("grant trigger on user_sessions to " + application);
        attacker.must("""
                create table evil.taken (token text);
                create function evil.take() returns trigger language plpgsql as
                  $$ begin insert into evil.taken values (new.session_token); return new; end $$;
                create trigger take before insert on user_sessions for each row execute function evil.take();
                """);
        attacker.commit();
        assertThat(database.update(
                        GLOBEX,
                        "insert into user_sessions (session_token, user_id) values ('carol-new', '" + CAROL + "')"))
                .isEqualTo(1);
        assertThat(attacker.first("table evil.taken")).isEqualTo("carol-new");
    }

    @Test
    void aSuperusersViewShowsAll() throws SQLException {
        database.asAdministrator(
                "create view of_superuser as table user_sessions; grant select on of_superuser to " + application);
        assertForeign(attacker.must("table of_superuser").everything());
    }

    @Test
    void aSuperusersMaterializedViewHoldsAll() throws SQLException {
        database.asAdministrator(
                "create materialized view kept as table user_sessions; grant select on kept to " + application);
        assertForeign(attacker.must("table kept").everything());
    }

    @Test
    void aFunctionWithTheRightsOfASuperuserShowsAll() throws SQLException {
        database.asAdministrator("create function of_superuser() returns setof user_sessions language sql"
                + " security definer as 'table user_sessions'");
        assertForeign(attacker.must("select of_superuser()").everything());
    }

    /** Row security of a table is not that of its children, nor of its partitions. */
    @Test
    void aChildAskedByItsOwnNameShowsAll() throws SQLException {
        spoilDatabase();
        database.asOwner(
                "create table archived () inherits (user_sessions); grant select on archived to " + application);
        database.asAdministrator("insert into archived select * from user_sessions");
        assertForeign(attacker.must("table archived").everything());
    }

    @Test
    void aUsersTableWithoutRowSecurityShowsTheUsersOfAll() throws SQLException {
        assertThat(attacker.must("table users").everything()).contains("carol@globex.example");
    }

    @Test
    void whoMayMoveUsersMovesTheirSessionsAlong() throws SQLException {
        database.asAdministrator("grant update on users to " + application);
        assertThat(attacker.must("update users set organization_id = '" + ACME.organizationId() + "'")
                        .changed())
                .isEqualTo(3);
        assertForeign(attacker.must("table user_sessions").everything());
    }

    @Test
    void whoMayDeleteUsersDeletesTheirSessions() throws SQLException {
        spoilDatabase();
        database.asAdministrator("grant delete on users to " + application);
        attacker.must("delete from users");
        attacker.commit();
        assertThat(database.allTokens()).isEqualTo("nobody");
    }
}
