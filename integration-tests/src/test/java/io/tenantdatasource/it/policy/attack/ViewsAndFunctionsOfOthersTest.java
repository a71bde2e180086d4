package io.tenantdatasource.it.policy.attack;

import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Whose policies bind the rows that the attacker is shown by something that belongs to somebody else. */
@OverEachSolution
class ViewsAndFunctionsOfOthersTest extends Attack {

    private static final String OF_ACME = "alice-old alice-phone bob-laptop";
    private static final String TOKENS = "select string_agg(session_token, ' ' order by session_token) as tokens from ";

    /** The owner of the table is bound as well, and falls under no policy. */
    @Test
    void aViewOfTheOwnerShowsNothing() throws SQLException {
        asOwner("create view of_owner as table user_sessions; grant select on of_owner to %s");
        assertThat(attacker.first(TOKENS + "of_owner")).isEqualTo("null");
    }

    @Test
    void aViewWithTheRightsOfWhoAsksShowsTheirRows() throws SQLException {
        asOwner("create view of_invoker with (security_invoker) as table user_sessions; grant all on of_invoker to %s");
        assertThat(attacker.first(TOKENS + "of_invoker")).isEqualTo(OF_ACME);
        assertThat(attacker.must("update of_invoker set ip_address = 'x'").changed())
                .isEqualTo(3);
        assertThat(attacker.must("delete from of_invoker").changed()).isEqualTo(3);
    }

    @Test
    void aSuperusersViewWithTheRightsOfWhoAsksShowsTheirRows() throws SQLException {
        asAdministrator("create view super_invoker with (security_invoker) as table user_sessions;"
                + " grant select on super_invoker to %s");
        assertThat(attacker.first(TOKENS + "super_invoker")).isEqualTo(OF_ACME);
    }

    /** A view of somebody who falls under the policies is bound to the tenant of whoever asks. */
    @Test
    void aViewOfAMemberOfTheRoleShowsTheTenantsRows() throws SQLException {
        String member = database.database().createUser("member").getUser();
        asAdministrator("grant authenticated to " + member + "; grant select on users, user_sessions to " + member
                + "; create view of_member as table user_sessions; alter view of_member owner to " + member
                + "; grant select on of_member to %s");
        assertThat(attacker.first(TOKENS + "of_member")).isEqualTo(OF_ACME);
        assertThat(database.query(GLOBEX, TOKENS + "of_member")).isEqualTo("carol-laptop carol-old");
    }

    @Test
    void aMaterializedViewOfTheOwnerHoldsNothing() throws SQLException {
        asOwner("create materialized view kept as table user_sessions; grant select on kept to %s");
        assertThat(attacker.first(TOKENS + "kept")).isEqualTo("null");
    }

    @Test
    void aFunctionWithTheRightsOfTheOwnerShowsNothing() throws SQLException {
        asOwner("create function of_owner() returns text language sql security definer as $$ " + TOKENS
                + "user_sessions $$");
        assertThat(attacker.first("select of_owner()")).isEqualTo("null");
    }

    @Test
    void aFunctionWithTheRightsOfWhoAsksShowsTheirRows() throws SQLException {
        asAdministrator("create function of_invoker() returns text language sql as $$ " + TOKENS + "user_sessions $$");
        assertThat(attacker.first("select of_invoker()")).isEqualTo(OF_ACME);
    }

    /** A row that is reached through a table is bound by the policies of that table. */
    @Test
    void theRowsOfAChildAreBoundByThePoliciesOfTheTableThatIsAsked() throws SQLException {
        asOwner("create table archived () inherits (user_sessions)");
        asAdministrator("insert into archived select * from user_sessions");
        assertThat(attacker.first(TOKENS + "user_sessions where tableoid <> 'user_sessions'::regclass"))
                .isEqualTo(OF_ACME);
        assertThat(attacker.must("update user_sessions set ip_address = 'x'").changed())
                .isEqualTo(6);
        assertThat(attacker.send("table archived").sqlState())
                .as("by its own name, without rights on it")
                .isEqualTo("42501");
        attacker.rollback();
        asAdministrator("drop table archived");
    }

    private void asOwner(String sql) throws SQLException {
        database.asOwner(sql.formatted(database.application().getUser()));
    }

    private void asAdministrator(String sql) {
        database.asAdministrator(sql.formatted(database.application().getUser()));
    }
}
