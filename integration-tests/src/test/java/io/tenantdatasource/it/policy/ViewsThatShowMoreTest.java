package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A view reads with the rights of its owner, so some go past all policies. A migration refuses to leave such a one. */
@ParameterizedClass
@EnumSource(Migration.class)
class ViewsThatShowMoreTest {

    @Parameter
    private Migration migration;

    @AutoClose
    private ItemsDatabase database;

    /** Once before, so that there is the role, and the application is a member of it. */
    @BeforeEach
    void createTables() throws SQLException {
        database = new ItemsDatabase();
        apply();
        database.asAdministrator("grant authenticated to " + database.application());
    }

    private void apply() throws SQLException {
        migration.apply(database.owner());
    }

    private Refused assertRefused() throws SQLException {
        return Refused.by(database.reviewed().database(), "55000", this::apply);
    }

    private String view(String name) {
        return "create view " + name + " as select * from public." + migration.table() + "; ";
    }

    private String materializedView(String name) {
        return "create materialized view " + name + " as select * from public." + migration.table() + "; ";
    }

    private void grant(String rights, String relation) {
        database.asAdministrator("grant " + rights + " on " + relation + " to " + database.application());
    }

    @Test
    void aViewOfASuperuserIsRefused() throws SQLException {
        database.asAdministrator(view("\"All of them\""));
        grant("select", "\"All of them\"");
        assertThat(database.query(ACME, "select count(*) from \"All of them\""))
                .as("the hole")
                .isIn("5", "6");
        assertRefused()
                .naming("view public.\"All of them\" of ", "role authenticated")
                .hinting("security_invoker = true");
    }

    @Test
    void aViewOfARoleThatBypassesRowSecurityIsRefused() throws SQLException {
        PGSimpleDataSource backup = database.reviewed().database().createUser("backup");
        database.asAdministrator("alter role " + backup.getUser() + " bypassrls");
        grantAllTo(backup);
        database.asAdministrator(view("v") + "alter view v owner to " + backup.getUser());
        grant("select", "v");
        assertRefused().naming("view public.v of " + backup.getUser());
    }

    @Test
    void aViewOfARoleWithAPolicyOfItsOwnIsRefused() throws SQLException {
        PGSimpleDataSource auditor = database.reviewed().database().createUser("auditor");
        grantAllTo(auditor);
        database.asOwner("create policy audit on " + migration.table() + " to " + auditor.getUser() + " using (true)");
        database.asAdministrator(view("v") + "alter view v owner to " + auditor.getUser());
        apply();
        grant("select", "v");
        assertThat(database.query(ACME, "select count(*) from v"))
                .as("the hole")
                .isIn("5", "6");
        assertRefused().naming("view public.v of " + auditor.getUser());
    }

    private void grantAllTo(PGSimpleDataSource user) throws SQLException {
        database.asOwner("grant all on " + migration.table() + " to " + user.getUser());
    }

    @Test
    void aViewThatIsReadThroughAnotherOneIsRefused() throws SQLException {
        database.asAdministrator(view("inside"));
        database.asAdministrator("grant select on inside to " + database.owner().getUser());
        database.asOwner("create view middle as select * from inside; create view outside as select * from middle");
        apply();
        grant("select", "outside");
        assertThat(database.query(ACME, "select count(*) from outside"))
                .as("the hole")
                .isIn("5", "6");
        assertRefused().naming("view public.inside of ");
    }

    @Test
    void aViewThatOnlyAnInvokersViewReadsIsKept() throws SQLException {
        database.asAdministrator(
                view("inside") + "create view outside with (security_invoker = true) as select * from inside");
        grant("select", "outside");
        apply();
    }

    @Test
    void aMaterializedViewIsACopyWhoeverOwnsIt() throws SQLException {
        database.asAdministrator(materializedView("copied") + "alter materialized view copied owner to "
                + database.owner().getUser());
        grant("select", "copied");
        assertRefused().naming("materialized view public.copied").hinting("revoke");
    }

    @Test
    void aMaterializedViewOverAnInvokersViewIsACopyToo() throws SQLException {
        database.asAdministrator(view("v") + "alter view v set (security_invoker = on);"
                + " create materialized view copied as select * from v;"
                + " create view over_it as select * from copied");
        apply();
        grant("select", "over_it");
        assertRefused().naming("materialized view public.copied");
    }

    @Test
    void aViewThatOnlyWritesIsRefused() throws SQLException {
        for (String right : new String[] {"insert", "update", "delete"}) {
            database.asAdministrator(view("v"));
            grant(right, "v");
            assertRefused().naming("view public.v of ");
            database.asAdministrator("drop view v");
        }
    }

    @Test
    void aViewOfWhichOneColumnIsGrantedIsRefused() throws SQLException {
        database.asAdministrator(view("v"));
        grant("select (" + migration.nameColumn() + ")", "v");
        assertRefused().naming("view public.v of ");
    }

    @Test
    void aViewThatIsGrantedToEveryoneIsRefused() throws SQLException {
        database.asAdministrator(view("v") + "grant select on v to public");
        assertRefused().naming("view public.v of ");
    }

    @Test
    void aRuleOfASuperuserThatWritesToTheTableIsRefused() throws SQLException {
        database.asAdministrator("create table inbox (line text);"
                + " create rule r as on insert to inbox do also delete from public." + migration.table());
        grant("insert", "inbox");
        assertRefused().naming("rule r on public.inbox of ");
    }

    @Test
    void allOfThemAreNamedAtOnce() throws SQLException {
        database.asAdministrator(view("v1") + view("v2") + materializedView("copied"));
        for (String relation : new String[] {"v1", "v2", "copied"}) {
            grant("select", relation);
        }
        assertRefused().naming("view public.v1 of ", "view public.v2 of ", "materialized view public.copied");
    }

    @Test
    void aViewThatTheRoleMayNotReadIsKept() throws SQLException {
        PGSimpleDataSource stranger = database.reviewed().database().createUser("stranger");
        database.asAdministrator(
                view("v") + materializedView("copied") + "grant select on v, copied to " + stranger.getUser());
        apply();
    }

    @Test
    void aMaterializedViewThatOnlyTheRolesCreatorMayReadIsKept() throws SQLException {
        String role = "Role of " + database.application();
        database.asOwner("create role \"" + role + "\" nologin; " + materializedView("copied"));
        try {
            migration.apply(database.owner(), role);
        } finally {
            database.asAdministrator("drop table " + migration.table() + " cascade; drop role \"" + role + "\"");
        }
    }

    @Test
    void aViewOfAMemberWhoHasToAssumeTheRoleIsRefused() throws SQLException {
        PGSimpleDataSource assuming = database.reviewed().database().createUser("assuming");
        database.asAdministrator("alter role " + assuming.getUser() + " noinherit; grant authenticated to "
                + assuming.getUser() + "; " + view("v") + "grant select on v to " + assuming.getUser());
        assertRefused().naming("view public.v of ");
    }

    @Test
    void aViewInASchemaThatTheRoleMayNotUseIsKept() throws SQLException {
        database.asAdministrator("create schema reports; " + view("reports.v") + "grant select on reports.v to public");
        apply();
    }

    @Test
    void anInvokersViewIsKeptAndAsksThePolicies() throws SQLException {
        database.asAdministrator(view("v") + "alter view v set (security_invoker = on)");
        grant("select", "v");
        apply();
        assertThat(database.query(ACME, "select count(*) from v")).isIn("2", "3");
    }

    @Test
    void aViewOfTheTablesOwnerIsKeptAsTheyAreBoundToo() throws SQLException {
        database.asOwner(view("v"));
        grant("select", "v");
        apply();
        assertThat(database.query(ACME, "select count(*) from v")).isEqualTo("0");
    }
}
