package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.policy.SchemaPlan;
import io.tenantdatasource.policy.SchemaPolicies;
import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Schemas by which an attacker got past the policies, or by which they got in the way: one of each kind. */
class SchemaAttacksTest {

    private static final String USERS = """
            create table orgs (id text primary key);
            create table users (id text primary key);
            create table mem (
              org text not null references orgs, usr text not null references users, primary key (org, usr));
            insert into orgs values ('A'), ('B');
            insert into users values ('ann'), ('bob'), ('two');
            insert into mem values ('A', 'ann'), ('B', 'bob'), ('A', 'two'), ('B', 'two');
            """;

    private static final SchemaPolicies MEMBERS = SchemaPolicies.tenants("orgs").members("mem");

    private TestDatabase database;
    private PGSimpleDataSource application;

    @AfterEach
    void close() {
        database.close();
    }

    private void create(String ddl) throws SQLException {
        database = DatabaseTemplate.of(owner -> {
                    try (Connection connection = owner.getConnection();
                            Statement statement = connection.createStatement()) {
                        statement.execute(ddl);
                    }
                })
                .copy();
        database.execute("alter role " + database.owner().getUser() + " createrole");
        application = database.createUser("application");
        database.execute(
                "grant select, insert, update, delete on all tables in schema public to " + application.getUser());
    }

    private SchemaPlan protect(SchemaPolicies declaration) throws SQLException {
        SchemaPlan plan = declaration.plan(database.owner());
        plan.apply(database.owner());
        database.execute("grant authenticated to " + application.getUser());
        return plan;
    }

    private String asA(String sql) throws SQLException {
        return as("A", sql);
    }

    private String as(String organization, String sql) throws SQLException {
        try (TenantDataSource bound = TenantDataSource.wrap(application);
                TenantContext.Scope scope = TenantContext.open(Tenant.of(organization));
                Connection connection = bound.getConnection();
                Statement statement = connection.createStatement()) {
            return statement.execute(sql)
                    ? ReviewedDatabase.first(connection, sql)
                    : String.valueOf(statement.getUpdateCount());
        }
    }

    private void refuses(String sql) {
        assertThatThrownBy(() -> asA(sql))
                .as(sql)
                .isInstanceOf(SQLException.class)
                .extracting(thrown -> ((SQLException) thrown).getSQLState())
                .isEqualTo("42501");
    }

    /** What says that it was made by a migration of ours. */
    private String ours() throws SQLException {
        try (Connection connection = database.administrator().getConnection()) {
            return ReviewedDatabase.first(
                    connection,
                    "select count(*) from pg_description where starts_with(description, 'tenant-datasource: ')");
        }
    }

    @Test
    void aTableThatInheritsFromThatOfTheMembersTakesNobodyIn() throws SQLException {
        create(USERS + """
                create table mem_child (
                  primary key (org, usr), foreign key (org) references orgs, foreign key (usr) references users
                ) inherits (mem)""");
        protect(MEMBERS);

        refuses("insert into mem_child values ('A', 'bob')");
        assertThat(asA("select string_agg(id, ' ' order by id) from users")).isEqualTo("ann two");

        MEMBERS.plan(database.owner()).undo(database.owner());
        assertThat(ours()).isEqualTo("0");
    }

    @Test
    void aForeignKeyThatOnlyAPartitionHasIsLookedUp() throws SQLException {
        create(USERS + """
                create table sec (id text primary key, org text not null references orgs);
                create table base (id int, org text not null references orgs, sec text) partition by list (id);
                create table p1 partition of base for values in (1, 2, 3);
                alter table p1 add foreign key (sec) references sec;
                insert into sec values ('a', 'A'), ('b', 'B')""");
        protect(MEMBERS);

        assertThat(asA("insert into base values (1, 'A', 'a')")).isEqualTo("1");
        refuses("insert into base values (2, 'A', 'b')");
        refuses("insert into p1 values (2, 'A', 'b')");
    }

    @Test
    void whatInheritsFromAGlobalTableIsProtectedOrAskedFor() throws SQLException {
        create(USERS + """
                create table stamped (created date);
                create table inv (id int primary key, org text not null references orgs) inherits (stamped)""");

        assertThat(MEMBERS.global("stamped").plan(database.owner()).open()).containsOnlyKeys("inv");
        assertThat(MEMBERS.plan(database.owner()).open()).containsOnlyKeys("inv", "stamped");
    }

    @Test
    void aPartitionOfATableInAnotherSchemaIsAskedFor() throws SQLException {
        create(USERS + """
                create schema arch;
                create table arch.ev (id int, org text references orgs) partition by list (id);
                create table ev (id int, org text references orgs);
                create table ev_old partition of arch.ev for values in (1)""");

        SchemaPlan plan = MEMBERS.plan(database.owner());
        assertThat(plan.open()).containsOnlyKeys("ev_old");
        assertThat(plan.protectedTables()).contains("ev").doesNotContain("ev_old");
    }

    @Test
    void whatCouldMakeATenantsRowEverybodysIsAskedFor() throws SQLException {
        create(USERS + """
                create table fold (org text references orgs, id text, primary key (org, id));
                create table tpl (
                  id text primary key, org text references orgs, fold text,
                  foreign key (org, fold) references fold on delete set null)""");

        assertThat(MEMBERS.shared("tpl").plan(database.owner()).open()).containsOnlyKeys("tpl");
        assertThat(MEMBERS.plan(database.owner()).open()).isEmpty();
    }

    @Test
    void whatNamesAnotherRowOfSeveralDoesNotGoWithIt() throws SQLException {
        create(USERS + """
                create table comments (
                  id text primary key, usr text not null references users, parent text references comments on delete cascade);
                insert into comments values ('c1', 'two', null), ('c2', 'bob', 'c1')""");
        protect(MEMBERS);

        assertThat(asA("delete from comments")).isEqualTo("0");
        assertThat(as("B", "select count(*) from comments")).isEqualTo("2");
    }

    @Test
    void undoReachesTablesThatHaveLeftThePlan() throws SQLException {
        create(USERS + "create table w (id int primary key, org text not null references orgs)");
        protect(MEMBERS);
        database.execute("alter table w add other text references orgs");

        SchemaPlan now = MEMBERS.plan(database.owner());
        assertThat(now.open()).containsKey("w");
        now.undo(database.owner());

        assertThat(ours()).isEqualTo("0");
    }

    @Test
    void aSchemaThatIsNotThereIsTold() throws SQLException {
        create(USERS);

        assertThatThrownBy(() -> SchemaPolicies.column("org").schema("typo").plan(database.owner()))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("typo");
    }

    @Test
    void aColumnOfAnotherNameCanBeNamedWhereTheColumnIsDeclared() throws SQLException {
        create("create table w (id int primary key, org text); create table v (id int primary key, tenant text)");

        SchemaPlan plan = SchemaPolicies.column("org").through("v", "tenant").plan(database.owner());
        assertThat(plan.protectedTables()).containsExactlyInAnyOrder("v", "w");
    }

    @Test
    void aPartitionOfAGlobalTableIsEverybodysToo() throws SQLException {
        create(USERS + """
                create table ev (id int) partition by list (id);
                create table ev_1 partition of ev for values in (1)""");

        assertThat(MEMBERS.global("ev").plan(database.owner()).open()).isEmpty();
        assertThat(MEMBERS.plan(database.owner()).open()).containsOnlyKeys("ev");
    }

    @Test
    void aMemberWhoIsComputedIsAskedFor() throws SQLException {
        create("""
                create table orgs (id text primary key);
                create table users (id text primary key);
                create table mem (
                  org text references orgs, email text,
                  usr text generated always as (lower(email)) stored references users)""");

        assertThat(MEMBERS.plan(database.owner()).open()).containsKey("mem");
    }

    @Test
    void whatTriggersOfTheApplicationMakeOfARowIsLookedUp() throws SQLException {
        create(USERS + """
                create table w (id int primary key, org text not null references orgs, usr text references users, note text);
                create function takes_bob_in() returns trigger language plpgsql as 'begin new.usr := ''bob''; return new; end';
                create trigger zz before insert on mem for each row execute function takes_bob_in();
                create trigger zz before update on w for each row execute function takes_bob_in();
                insert into w values (1, 'A', 'ann', '')""");
        protect(MEMBERS);

        refuses("insert into mem values ('A', 'ann')");
        refuses("update w set note = 'x'");
    }

    @Test
    void aRowOfSeveralOrganizationsDoesNotTakeThoseOfOneAlong() throws SQLException {
        create(USERS + """
                create table dev (id text primary key, u text not null references users);
                create table evt (id int primary key, org text not null references orgs, dev text references dev on delete cascade);
                insert into dev values ('d', 'two');
                insert into evt values (1, 'B', 'd')""");
        protect(MEMBERS);

        assertThat(asA("select id from dev")).isEqualTo("d");
        assertThat(asA("delete from dev")).isEqualTo("0");
        assertThat(as("B", "select id from evt")).isEqualTo("1");
    }

    @Test
    void whoAssumesTheMaintenanceRoleAndWorksForTenantsSeesNothingForIt() throws SQLException {
        create(USERS);
        protect(MEMBERS.maintenanceRole("maintenance_of_attacks"));
        try {
            database.execute("grant maintenance_of_attacks to " + application.getUser());
            try (Connection connection = application.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("set role maintenance_of_attacks");
                assertThat(ReviewedDatabase.first(connection, "select count(*) from users"))
                        .isEqualTo("0");
            }
        } finally {
            database.execute("drop owned by maintenance_of_attacks; drop role maintenance_of_attacks");
        }
    }

    @Test
    void aChangedMaintenancePolicyIsTold() throws SQLException {
        create(USERS);
        SchemaPlan plan = protect(MEMBERS.maintenanceRole("maintenance_of_drift"));
        try {
            assertThat(plan.drift(database.owner())).isEmpty();
            database.execute("alter policy tenant_maintenance_policy on users to authenticated using (true)");
            assertThat(plan.drift(database.owner())).isNotEmpty();
            assertThat(MEMBERS.plan(database.owner()).open()).containsKey("users");
        } finally {
            plan.undo(database.owner());
            database.execute("drop owned by maintenance_of_drift; drop role maintenance_of_drift");
        }
    }

    @Test
    void aColumnMayBeCalledLikeAKeyword() throws SQLException {
        create(USERS + """
                create table w (
                  id text primary key, org text not null references orgs, "by" text references users,
                  "loop" text references w, "%s""x" text references w)""");
        protect(MEMBERS);

        assertThat(asA("insert into w values ('w', 'A', 'ann', 'w', 'w')")).isEqualTo("1");
        refuses("insert into w values ('v', 'A', 'bob')");
    }

    @Test
    void aViewOverAnExtensionsTableIsNoneOfOurs() throws SQLException {
        create(USERS + "create view v as select * from pg_class");
        database.execute("create extension if not exists pg_stat_statements schema public");
        database.execute("create view public.statements as select * from public.pg_stat_statements");

        assertThat(MEMBERS.plan(database.owner()).open()).isEmpty();
    }

    @Test
    void aViewThatIsEverybodysMayStay() throws SQLException {
        create(USERS + "create materialized view mv as select count(*) from mem");
        database.execute("create role authenticated_for_views nologin; grant select on mv to authenticated_for_views");
        try {
            SchemaPolicies declaration = MEMBERS.role("authenticated_for_views").global("mv");
            SchemaPlan plan = declaration.plan(database.owner());
            assertThat(plan.open()).isEmpty();
            plan.apply(database.owner());
            assertThat(plan.drift(database.owner())).isEmpty();
            assertThat(MEMBERS.role("authenticated_for_views")
                            .plan(database.owner())
                            .open())
                    .containsKey("mem");
        } finally {
            database.execute("drop owned by authenticated_for_views; drop role authenticated_for_views");
        }
    }

    @Test
    void aNameThatStandsForSomethingElseIsAskedFor() throws SQLException {
        create(USERS + "create table w (id text primary key, \"{row}\" text references orgs)");

        assertThat(MEMBERS.plan(database.owner()).open()).containsOnlyKeys("w");
    }

    @Test
    void aColumnThatNoForeignKeyTellsOfCanBeNamed() throws SQLException {
        create(USERS + """
                create table w (id int primary key, org text not null references orgs);
                create table coupons (id int primary key, org text not null);
                insert into coupons values (1, 'A'), (2, 'B')""");
        assertThat(MEMBERS.plan(database.owner()).open().get("coupons")).contains("through(\"coupons\", \"org\")");

        protect(MEMBERS.through("coupons", "org"));

        assertThat(asA("select string_agg(id::text, ' ') from coupons")).isEqualTo("1");
        refuses("insert into coupons values (3, 'B')");
    }

    @Test
    void membersAreThoughtOf() throws SQLException {
        create(USERS);

        assertThat(SchemaPolicies.tenants("orgs").plan(database.owner()).open().get("users"))
                .contains("members(\"mem\")");
    }

    @Test
    void anAnswerThatAnswersNothingIsTold() throws SQLException {
        create(USERS + "create table w (id int primary key, org text not null references orgs)");

        assertThat(MEMBERS.through("w", "nope").plan(database.owner()).open().get("w"))
                .contains("nope");
        assertThat(MEMBERS.shared("users").plan(database.owner()).open()).containsKey("users");
    }

    @Test
    void aTableOfMembersComesBeforeItsUsersWhateverTheyAreCalled() throws SQLException {
        create("""
                create table orgs (id text primary key);
                create table team (id text primary key, org text not null references orgs);
                create table acc (id text primary key, home text not null references team);
                create table mem (team text not null references team, acc text not null references acc, primary key (team, acc));
                insert into orgs values ('A'), ('B');
                insert into team values ('a', 'A'), ('b', 'B');
                insert into acc values ('x', 'b');
                insert into mem values ('a', 'x')""");
        protect(MEMBERS);

        assertThat(asA("select id from acc")).isEqualTo("x");
        refuses("insert into acc values ('y', 'a')");
    }
}
