package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.first;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.policy.SchemaPolicies;
import io.tenantdatasource.policy.TablePolicies;
import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The first rows of a new organization need no way in: who is bound to a key that is new writes them, and nothing else. */
class SignUpTest {

    private static final String OURS = "0000000a-0000-4000-8000-000000000000";
    private static final String NEW = "0000000e-0000-4000-8000-000000000000";

    private static final String BY_UUID = """
            create table organizations (id uuid primary key, name text not null, parent_id uuid references organizations);
            create table users (
              id int generated always as identity primary key,
              organization_id uuid not null references organizations on update cascade,
              email text not null unique);
            insert into organizations values ('%1$s', 'ours');
            insert into users (organization_id, email) values ('%1$s', 'ann')""".formatted(OURS);

    private TestDatabase database;
    private PGSimpleDataSource application;
    private TenantDataSource bound;

    @AfterEach
    void close() {
        bound.close();
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
        bound = TenantDataSource.wrap(application);
        database.execute(
                "grant select, insert, update, delete on all tables in schema public to " + application.getUser()
                        + "; grant usage on all sequences in schema public to " + application.getUser());
    }

    private void createProtected(String ddl) throws SQLException {
        create(ddl);
        SchemaPolicies.tenants("organizations").plan(database.owner()).apply(database.owner());
        database.execute("grant authenticated to " + application.getUser());
    }

    private String as(String organization, String sql) throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(Tenant.of(organization));
                Connection connection = bound.getConnection();
                Statement statement = connection.createStatement()) {
            return statement.execute(sql) ? first(connection, sql) : String.valueOf(statement.getUpdateCount());
        }
    }

    private void refuses(String state, String organization, String sql) {
        assertThatThrownBy(() -> as(organization, sql))
                .as(sql)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
    }

    @Test
    void whoIsBoundToANewKeyWritesTheFirstRowsOfIt() throws SQLException {
        createProtected(BY_UUID);
        signsUp();
    }

    @Test
    void thePoliciesOfOneTableLetTheSameHappen() throws SQLException {
        create(BY_UUID);
        TablePolicies.ownColumn("organizations").organizationColumn("id").apply(database.owner());
        TablePolicies.ownColumn("users").apply(database.owner());
        database.execute("grant authenticated to " + application.getUser());
        signsUp();
    }

    private void signsUp() throws SQLException {
        assertThat(as(NEW, "insert into organizations values ('" + NEW + "', 'new')"))
                .isEqualTo("1");
        assertThat(as(NEW, "insert into users (organization_id, email) values ('" + NEW + "', 'eve')"))
                .isEqualTo("1");
        assertThat(as(NEW, "select string_agg(email, ' ') from users")).isEqualTo("eve");
        assertThat(as(OURS, "select string_agg(name, ' ') from organizations")).isEqualTo("ours");
        assertThat(as(OURS, "select string_agg(email, ' ') from users")).isEqualTo("ann");
    }

    @Test
    void aSerialKeyIsAskedForFirst() throws SQLException {
        createProtected("""
                create table organizations (id bigint generated always as identity primary key, name text not null);
                create table users (id serial primary key, organization_id bigint not null references organizations, email text);
                insert into organizations (name) values ('ours')""");
        String next;
        try (Connection connection = bound.getConnection()) {
            next = first(connection, "select nextval(pg_get_serial_sequence('organizations', 'id'))");
        }
        assertThat(next).isEqualTo("2");
        assertThat(as(
                        next,
                        "insert into organizations (id, name) overriding system value values (" + next + ", 'new')"))
                .isEqualTo("1");
        assertThat(as(next, "insert into users (organization_id, email) values (" + next + ", 'eve')"))
                .isEqualTo("1");
        assertThat(as(next, "select string_agg(name, ' ') from organizations")).isEqualTo("new");
        refuses("42501", next, "insert into organizations (name) values ('another')");
    }

    @Test
    void whoIsBoundToAMadeUpKeyReachesNobody() throws SQLException {
        createProtected(BY_UUID);
        assertThat(as(NEW, "select count(*) from organizations")).isEqualTo("0");
        assertThat(as(NEW, "select count(*) from users")).isEqualTo("0");
        assertThat(as(NEW, "update users set organization_id = '" + NEW + "'")).isEqualTo("0");
        assertThat(as(NEW, "delete from organizations")).isEqualTo("0");
        String another = "0000000f-0000-4000-8000-000000000000";
        for (String attack : new String[] {
            "insert into organizations values ('" + another + "', 'another')",
            "insert into organizations values ('" + OURS + "', 'mine')",
            "insert into organizations values ('" + OURS + "', 'mine') on conflict (id) do update set name = 'mine'",
            "insert into organizations values ('" + OURS + "', 'mine') on conflict do nothing",
            "insert into organizations values ('" + NEW + "', 'child', '" + OURS + "')",
            "insert into users (organization_id, email) values ('" + OURS + "', 'eve')",
            "merge into organizations o using (select '" + OURS + "'::uuid as id) n on o.id = n.id"
                    + " when matched then update set name = 'mine' when not matched then insert values (n.id, 'mine')",
        }) {
            refuses("42501", NEW, attack);
        }
        assertThat(as(NEW, "insert into organizations values ('" + NEW + "', 'new')"))
                .isEqualTo("1");
        for (String attack : new String[] {
            "update organizations set id = '" + OURS + "'",
            "update organizations set id = '" + another + "'",
            "update organizations set parent_id = '" + OURS + "'",
        }) {
            refuses("42501", NEW, attack);
        }
        assertThat(as(OURS, "select string_agg(name, ' ') from organizations")).isEqualTo("ours");
        assertThat(as(OURS, "select count(*) from users")).isEqualTo("1");
    }

    @Test
    void aKeyThatIsTakenIsTold() throws SQLException {
        createProtected(BY_UUID);
        refuses("23505", OURS, "insert into organizations values ('" + OURS + "', 'again')");
    }

    @Test
    void withoutATenantNothingIsWritten() throws SQLException {
        createProtected(BY_UUID);
        assertThatThrownBy(() -> {
                    try (Connection connection = bound.getConnection();
                            Statement statement = connection.createStatement()) {
                        statement.execute("insert into organizations values ('" + NEW + "', 'new')");
                    }
                })
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }

    /** Where users are members, whoever makes one is not a tenant. */
    @Test
    void theFirstMemberIsMadeByTheMaintenanceRole() throws SQLException {
        String role = "maintenance_of_sign_up";
        create("""
                create table organizations (id uuid primary key, name text not null);
                create table users (id int primary key, email text not null unique);
                create table members (
                  organization_id uuid not null references organizations, user_id int not null references users,
                  primary key (organization_id, user_id));
                insert into users values (1, 'ann')""");
        SchemaPolicies.tenants("organizations")
                .members("members")
                .maintenanceRole(role)
                .plan(database.owner())
                .apply(database.owner());
        database.execute("grant authenticated to " + application.getUser());
        PGSimpleDataSource signUp = database.createUser("sign_up");
        database.execute("grant " + role + " to " + signUp.getUser());
        try (Connection connection = signUp.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(as(NEW, "insert into organizations values ('" + NEW + "', 'new')"))
                    .isEqualTo("1");
            refuses("42501", NEW, "insert into members values ('" + NEW + "', 1)");
            statement.execute("set role " + role);
            statement.execute("insert into members values ('" + NEW + "', 1)");
            assertThat(as(NEW, "select email from users")).isEqualTo("ann");
        } finally {
            database.execute("drop owned by " + role + "; drop role " + role);
        }
    }
}
