package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ALICE;
import static io.tenantdatasource.it.policy.ReviewedDatabase.first;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.policy.NarrowLookup;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Whoever gets hold of a narrow look-up, or comes near it, learns what they hold the value of, and nothing else. */
class NarrowLookupAttacksTest {

    private static final NarrowLookup BY_EMAIL =
            NarrowLookup.by("users", "email").returning("id", "password_hash");

    private static final String ALICES = "alice@acme.example";
    private static final String EMAILS = "select string_agg(email, ' ' order by email) from users";
    private static final String CALL = "select id from users_by_email('" + ALICES + "')";

    @AutoClose
    private ReviewedDatabase database;

    private PGSimpleDataSource frontDoor;
    private PGSimpleDataSource application;

    @BeforeEach
    void createTables() throws SQLException {
        database = new ReviewedDatabase();
        frontDoor = database.database().createUser("front_door");
        application = database.application();
        database.asOwner("alter table users add password_hash text default 'the-hash-of-it';"
                + " create unique index users_email on users (email)");
        TablePolicies.ownColumn("users").apply(database.owner());
        BY_EMAIL.apply(database.owner());
        database.asAdministrator(
                "grant tenant_lookup to " + frontDoor.getUser() + "; grant authenticated to " + application.getUser());
    }

    /** What shows the owner the row of a value, as somebody would find out who reads the catalogue. */
    private String settingTo(String value) throws SQLException {
        return "select set_config('"
                + database.catalog("select substring(prosrc from 'tenant_datasource\\.lookup_[0-9a-f]{16}')"
                        + " from pg_proc where proname = 'users_by_email'")
                + "', '" + value + "', false)";
    }

    @Test
    void whatIsNotExactlyTheValueIsNobodys() throws SQLException {
        for (String guess : new String[] {
            null,
            "",
            " ",
            "%",
            "_",
            ".*",
            "*",
            "null",
            "alice",
            "alice@acme.exampl",
            "alice@acme.examplee",
            "alice@acme.example ",
            " alice@acme.example",
            "Alice@acme.example",
            "alice@%",
            "alice@acme.example\0",
            "\0",
            "alice@acme.example\uD800",
            "' or true --",
            "{alice@acme.example}",
            "a".repeat(100_000)
        }) {
            assertThat(BY_EMAIL.find(frontDoor, guess)).as("%s", guess).isEmpty();
            assertThat(BY_EMAIL.findAll(frontDoor, guess)).as("%s", guess).isEmpty();
        }
        assertThat(BY_EMAIL.find(frontDoor, ALICES)).isPresent();
        try (Connection caller = frontDoor.getConnection()) {
            assertThat(first(caller, "select id from users_by_email(null)")).isNull();
            assertThat(first(caller, "select id from users_by_email('')")).isNull();
        }
    }

    /** Whom no policy binds, so that the function alone has to be narrow. */
    @Test
    void aSuperusersTableIsLookedUpJustAsStrictly() throws SQLException {
        database.asAdministrator("alter table users owner to postgres; insert into users values (gen_random_uuid(),"
                + " gen_random_uuid(), '')");
        BY_EMAIL.apply(database.database().administrator());
        assertThat(BY_EMAIL.find(frontDoor, ALICES)).isPresent();
        try (Connection caller = frontDoor.getConnection()) {
            for (String guess : List.of("", "%", "alice", "Alice@acme.example", "alice@acme.example ")) {
                assertThat(first(caller, "select id from users_by_email('" + guess + "')"))
                        .as(guess)
                        .isNull();
            }
        }
    }

    @Test
    void onlyTheRoleMayAsk() throws SQLException {
        BY_EMAIL.undo(database.owner());
        database.asOwner("alter default privileges grant execute on functions to public, " + application.getUser());
        BY_EMAIL.apply(database.owner());
        for (PGSimpleDataSource other : List.of(database.database().createUser("stranger"), application)) {
            assertFails("42501", () -> BY_EMAIL.find(other, ALICES))
                    .hasMessageContaining("permission denied for function users_by_email")
                    .message()
                    .doesNotContain("alice");
        }
        assertThat(BY_EMAIL.find(frontDoor, ALICES)).isPresent();
        assertFails("42501", () -> {
            try (Connection caller = frontDoor.getConnection()) {
                first(caller, EMAILS);
            }
        });
    }

    /** Somebody grants the function, or a function of theirs that calls it: whose the session is counts all the same. */
    @Test
    void theRightToCallIsNotEnough() throws SQLException {
        database.asAdministrator("grant execute on function users_by_email to " + application.getUser()
                + "; create function public.anybody(text) returns setof uuid language sql security definer as"
                + " 'select id from public.users_by_email($1)'; alter function anybody owner to "
                + frontDoor.getUser());
        for (String call : List.of(CALL, "select public.anybody('" + ALICES + "')")) {
            assertFails("42501", () -> {
                        try (Connection caller = application.getConnection()) {
                            first(caller, call);
                        }
                    })
                    .hasMessageContaining("no member of the role");
        }
    }

    @Test
    void whoSetsTheValueByHandSeesNothingByIt() throws SQLException {
        database.asOwner("create view everybody as select * from users;"
                + " create function emails() returns text language sql security definer as"
                + " 'select string_agg(email, '' '') from public.users'");
        database.asAdministrator("grant select on everybody to " + application.getUser() + ", " + frontDoor.getUser());
        for (PGSimpleDataSource attacker : List.of(database.owner(), application)) {
            try (Connection connection = attacker.getConnection()) {
                first(connection, settingTo(ALICES));
                assertThat(first(connection, EMAILS)).as(attacker.getUser()).isNull();
                assertThat(first(connection, "select string_agg(email, ' ') from everybody"))
                        .isNull();
                assertThat(first(connection, "select emails()")).isNull();
            }
        }
        // Who may look up gets no more rows by it, and can change none.
        try (Connection connection = frontDoor.getConnection()) {
            first(connection, settingTo("%"));
            assertThat(first(connection, "select string_agg(email, ' ') from everybody"))
                    .isNull();
            first(connection, settingTo(ALICES));
            assertThat(first(connection, "select string_agg(email, ' ') from everybody"))
                    .isEqualTo(ALICES);
            assertThat(first(connection, "select id from users_by_email('bob@acme.example')"))
                    .isEqualTo("b0b00000-0000-4000-8000-000000000000");
        }
        // Not the role itself: since PostgreSQL 16 who has created it is a member already, who does not inherit it.
        String owner = database.owner().getUser();
        database.asAdministrator("grant " + frontDoor.getUser() + " to " + owner);
        try (Connection connection = database.owner().getConnection()) {
            first(connection, settingTo(ALICES));
            assertThat(first(connection, EMAILS)).isEqualTo(ALICES);
            assertThat(update(connection, "update users set email = 'x'")).isZero();
            assertThat(update(connection, "delete from users")).isZero();
        } finally {
            database.asAdministrator("revoke " + frontDoor.getUser() + " from " + owner);
        }
    }

    @Test
    void theApplicationSeesNoMoreWithTheValueSet() throws SQLException {
        database.asAdministrator("grant tenant_lookup to " + application.getUser());
        try (Connection connection = application.getConnection()) {
            first(connection, settingTo("carol@globex.example"));
            assertThat(first(connection, EMAILS)).isNull();
            first(connection, "select set_config('app.organization_id', '" + ACME.organizationId() + "', false)");
            assertThat(first(connection, CALL)).isEqualTo(ALICE.toString());
            assertThat(first(connection, EMAILS)).isEqualTo(ALICES + " bob@acme.example");
        }
    }

    @Test
    void noValueStaysBehind() throws SQLException {
        String setting = settingTo("").replace("set_config", "current_setting").replace(", '', false", ", true");
        try (Connection caller = frontDoor.getConnection()) {
            caller.setAutoCommit(false);
            assertThat(first(caller, CALL)).isEqualTo(ALICE.toString());
            assertThat(first(caller, setting)).isEmpty();
            caller.commit();
            assertThat(first(caller, setting)).isEmpty();
        }
        database.asOwner("alter table users rename password_hash to gone");
        try (Connection caller = frontDoor.getConnection()) {
            caller.setAutoCommit(false);
            Savepoint before = caller.setSavepoint();
            assertFails("42703", () -> first(caller, CALL)).message().doesNotContain("alice", "the-hash-of-it");
            caller.rollback(before);
            assertThat(first(caller, setting)).isNullOrEmpty();
            caller.rollback();
        }
    }

    @Test
    void whatTheCallerPutsInFrontIsNotAsked() throws SQLException {
        database.asAdministrator("grant create on schema public to " + frontDoor.getUser()
                + "; grant temporary on database " + frontDoor.getDatabaseName() + " to " + frontDoor.getUser());
        try (Connection caller = frontDoor.getConnection()) {
            update(caller, """
                    create function public.yes(text, text) returns boolean language sql as 'select true';
                    create operator public.= (leftarg = text, rightarg = text, function = public.yes);
                    create function public.lower(text) returns text language sql as $$ select '' $$;
                    create function public.set_config(text, text, boolean) returns text language sql as $$ select '' $$;
                    create function public.current_setting(text, boolean) returns text language sql as $$ select 'bob@acme.example' $$;
                    create function public.pg_has_role(name, name, text) returns boolean language sql as 'select true';
                    create view public.pg_roles as select 1;
                    create temporary table users (id uuid, email text, password_hash text);
                    insert into users values (gen_random_uuid(), 'alice@acme.example', 'mine'), (gen_random_uuid(), '%', 'mine');
                    set search_path = pg_temp, public, pg_catalog;
                    set row_security = off""");
            assertThat(first(caller, "select id from public.users_by_email('" + ALICES + "')"))
                    .isEqualTo(ALICE.toString());
            assertThat(first(caller, "select id from public.users_by_email('%')"))
                    .isNull();
        }
    }

    /** The operator class of an index says what is equal, and an attacker's does not. */
    @Test
    void anIndexByAnOperatorClassOfOthersIsRefused() throws SQLException {
        BY_EMAIL.undo(database.owner());
        database.asAdministrator("""
                create function public.yes(text, text) returns boolean language sql immutable as 'select true';
                create operator public.=== (leftarg = text, rightarg = text, function = public.yes);
                create operator class public.of_others for type text using btree as
                  operator 3 public.===, function 1 bttextcmp(text, text);
                drop index users_email;
                create unique index users_email on users (email public.of_others)""");
        Refused.by(database.database(), "55000", () -> BY_EMAIL.apply(database.owner()))
                .naming("column email");
    }

    @Test
    void aLowerOfOthersIsNoIndexThatIgnoresCase() throws SQLException {
        database.asAdministrator("create function public.lower(text, int default 1) returns text language sql immutable"
                + " as 'select $1'; create unique index on users (public.lower(email, 1))");
        Refused.by(
                database.database(),
                "55000",
                () -> BY_EMAIL.function("other").ignoringCase().apply(database.owner()));
    }

    @Test
    void permissivePoliciesOfOthersWidenNothing() throws SQLException {
        database.asOwner("create policy everything on users for select using (true)");
        assertThat(BY_EMAIL.find(frontDoor, ALICES)).isPresent();
        assertThat(BY_EMAIL.findAll(frontDoor, ALICES)).hasSize(1);
        assertThat(BY_EMAIL.find(frontDoor, "%")).isEmpty();
        assertThat(BY_EMAIL.find(frontDoor, "alice@acme")).isEmpty();
        BY_EMAIL.apply(database.owner());
    }

    @Test
    void restrictivePoliciesThatHideTheRowAreRefused() throws SQLException {
        database.asOwner("create policy hides on users as restrictive for select using (false)");
        assertThat(BY_EMAIL.find(frontDoor, ALICES)).isEmpty();
        Refused.by(database.database(), "55000", () -> BY_EMAIL.apply(database.owner()))
                .naming("public.users", "hides")
                .hinting("alter policy");
        database.asOwner("alter policy hides on users to authenticated");
        BY_EMAIL.apply(database.owner());
        assertThat(BY_EMAIL.find(frontDoor, ALICES)).isPresent();
    }

    @Test
    void noSecretIsInATextOfWhatIsFound() throws SQLException {
        assertThat(BY_EMAIL.find(frontDoor, ALICES))
                .hasValueSatisfying(row -> assertThat(row.text("password_hash")).isEqualTo("the-hash-of-it"))
                .hasToString("Optional[FoundRow[id, password_hash]]");
        assertThatThrownBy(() -> BY_EMAIL.find(frontDoor, ALICES).orElseThrow().get("password"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[id, password_hash]")
                .message()
                .doesNotContain("the-hash-of-it");
    }

    @Test
    void thePlannerLooksIntoNothing() throws SQLException {
        try (Connection caller = frontDoor.getConnection()) {
            assertThat(first(caller, "explain select * from users_by_email('" + ALICES + "')"))
                    .startsWith("Function Scan");
        }
        assertThat(database.catalog("""
                select concat_ws(' ', prosecdef, proleakproof, provolatile, proparallel, proconfig)
                from pg_proc
                join pg_class on relowner = proowner
                where proname = 'users_by_email'
                  and pg_class.oid = 'users'::regclass""")).isEqualTo("t f v u {\"search_path=pg_catalog, pg_temp\",row_security=on}");
    }

    /** A tenant who may look up learns one row of another one by its value, and enters nothing. */
    @Test
    void aTenantWhoMayLookUpStaysWhoTheyAre() throws SQLException {
        database.asAdministrator("grant tenant_lookup to " + application.getUser());
        try (TenantDataSource bound = TenantDataSource.wrap(application);
                TenantContext.Scope scope = TenantContext.open(Tenant.of(ACME.organizationId()))) {
            assertThat(BY_EMAIL.find(bound, "carol@globex.example")).isPresent();
            try (Connection connection = bound.getConnection()) {
                assertThat(first(connection, EMAILS)).isEqualTo(ALICES + " bob@acme.example");
            }
        }
    }

    private static int update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return statement.getUpdateCount();
        }
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(String state, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
    }
}
