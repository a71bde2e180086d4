package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.CAROL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.policy.SessionLogin;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.policy.SessionTokenHash;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What has the name of something of ours is not ours by that; and what a former version left is, though it does not say so. */
class ObjectsOfOthersTest {

    private static final SessionPolicies THROUGH_USERS = SessionPolicies.throughUsers();

    private static final SessionPolicies OWN_COLUMN = SessionPolicies.ownColumn();

    @AutoClose
    private ItemsDatabase items;

    private ReviewedDatabase database;

    @BeforeEach
    void createTables() throws SQLException {
        items = new ItemsDatabase();
        database = items.reviewed();
    }

    /** PostgreSQL itself calls the first of these user_sessions_organization_fkey, and the second …_check. */
    @ParameterizedTest
    @ValueSource(strings = {"references organizations", "check (organization <> gen_random_uuid())"})
    void aConstraintWithOurNameNeitherTakesThePlaceOfOursNorGoesWithIt(String constraint) throws SQLException {
        database.asOwner("""
                create table organizations (id uuid primary key);
                insert into organizations select distinct organization_id from users;
                alter table user_sessions add organization uuid %s""".formatted(constraint));
        String before = items.dump();
        SessionPolicies policies = OWN_COLUMN.sessionOrganizationColumn("organization");
        policies.apply(database.owner());
        assertThatThrownBy(() -> database.asAdministrator(
                        "insert into user_sessions (session_token, user_id, organization) values ('forged', '" + CAROL
                                + "', '" + ACME.organizationId() + "')"))
                .hasStackTraceContaining("violates foreign key constraint \"user_sessions_organization_fkey");
        assertThatThrownBy(() -> database.asAdministrator(
                        "insert into user_sessions (session_token, organization) values ('forged', '"
                                + ACME.organizationId() + "')"))
                .hasStackTraceContaining("violates check constraint \"user_sessions_organization_check");
        policies.undo(database.owner());
        assertThat(items.dump()).isEqualTo(before);
    }

    @Test
    void triggersAndAFunctionWithOurNamesGoOnToDoWhatTheyDid() throws SQLException {
        database.asOwner("""
                create function user_sessions_organization() returns trigger language plpgsql as
                  'begin new.user_agent := concat(new.user_agent, ''touched''); return new; end';
                create trigger user_sessions_organization_insert before insert on user_sessions
                  for each row execute function user_sessions_organization();
                create trigger user_sessions_organization_update before update on user_sessions
                  for each row execute function user_sessions_organization()""");
        String before = items.dump();
        OWN_COLUMN.apply(database.owner());
        database.asAdministrator("insert into user_sessions (session_token, user_id) values ('new', '" + CAROL + "')");
        assertThat(database.catalog("select user_agent || ' ' || (organization_id is not null)"
                        + " from user_sessions where session_token = 'new'"))
                .isEqualTo("touched true");
        OWN_COLUMN.undo(database.owner());
        assertThat(items.dump()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"user_sessions_login_policy", "user_sessions_fill_policy", "user_sessions_cleanup_select_policy"
            })
    void aPolicyThatShowsAllIsNotOursByItsName(String name) throws SQLException {
        database.asOwner("create policy " + name + " on user_sessions using (true)");
        for (SessionPolicies policies : new SessionPolicies[] {THROUGH_USERS, OWN_COLUMN}) {
            Refused.by(database.database(), "55000", () -> policies.apply(database.owner()))
                    .naming(name);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPolicyWithTheNameOfOneOfOursIsRefused(Solution solution) throws SQLException {
        for (String kind : new String[] {"select", "insert", "update", "delete", "own"}) {
            database.asOwner(
                    "create policy user_sessions_" + kind + "_policy on user_sessions as restrictive using (true)");
            database.asOwner("comment on policy user_sessions_" + kind + "_policy on user_sessions is '"
                    + (kind.equals("select") ? "" : "by hand") + "'");
            Refused.by(database.database(), "42710", () -> solution.policies().apply(database.owner()))
                    .naming("user_sessions_" + kind + "_policy on public.user_sessions")
                    .hinting("rename");
            database.asOwner("drop policy user_sessions_" + kind + "_policy on user_sessions");
        }
    }

    @Test
    void anIndexThatIsWhatWeNeedIsUsedAndStays() throws SQLException {
        database.asOwner("create index user_sessions_expires_idx on user_sessions (expires_at);"
                + " create unique index user_sessions_users_key on users (id, organization_id)");
        String before = items.dump();
        OWN_COLUMN.apply(database.owner());
        assertThat(items.dump()).doesNotContain("user_sessions_expires_idx: comment");
        OWN_COLUMN.undo(database.owner());
        assertThat(items.dump()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create index user_sessions_expires_idx on user_sessions (user_agent)",
                "create table user_sessions_expires_idx ()",
                "create index user_sessions_users_key on users (id, organization_id)",
                "create index user_sessions_users_key on user_sessions (user_id)"
            })
    void aNameOfAnIndexThatMeansSomethingElseIsRefusedBeforeAnythingIsChanged(String taken) throws SQLException {
        database.asOwner(taken);
        Refused.by(database.database(), "42P07", () -> OWN_COLUMN.apply(database.owner()))
                .naming("public.user_sessions_")
                .hinting("rename to");
    }

    /** Or somebody builds it just now: ours has an option as long as it has no comment. */
    @Test
    void anIndexThatIsNotBuiltToItsEndIsNotOursByItsName() throws SQLException {
        database.asOwner("create index user_sessions_expires_idx on user_sessions (expires_at)");
        database.asAdministrator("update pg_index set indisvalid = false"
                + " where indexrelid = 'public.user_sessions_expires_idx'::regclass");
        Refused.by(database.database(), "42P07", () -> OWN_COLUMN.apply(database.owner()))
                .naming("public.user_sessions_expires_idx")
                .hinting("rename to");
    }

    @Test
    void anUndoLeavesWhatAnotherOfOurMigrationsHasMade() throws SQLException {
        THROUGH_USERS.apply(database.owner());
        SessionTokenHash.of(THROUGH_USERS).apply(database.owner());
        SessionLogin.byToken(THROUGH_USERS).apply(database.owner());
        String before = items.dump();
        OWN_COLUMN.apply(database.owner());
        THROUGH_USERS.apply(database.owner());
        OWN_COLUMN.undo(database.owner());
        assertThat(items.dump()).isEqualTo(before);
    }

    @Test
    void rowSecurityThatWasOffBesidePoliciesIsOffAgain() throws SQLException {
        database.asOwner("create policy kept on user_sessions as restrictive using (true);"
                + " create policy kept on items as restrictive using (true)");
        String before = items.dump();
        THROUGH_USERS.apply(database.owner());
        OWN_COLUMN.apply(database.owner());
        OWN_COLUMN.undo(database.owner());
        assertThat(items.dump()).isEqualTo(before);
        TablePolicies.ownColumn("items").apply(database.owner());
        TablePolicies.ownColumn("items").undo(database.owner());
        assertThat(items.dump()).isEqualTo(before);
    }

    @Test
    void rightsThatTheCleanupRoleHadBeforeStay() throws SQLException {
        String role = "\"cleanup of " + database.application().getUser() + '"';
        database.asAdministrator(
                "create role " + role + "; grant delete, select (expires_at) on user_sessions to " + role);
        SessionPolicies policies = THROUGH_USERS.cleanupRole(role.replace("\"", ""));
        String before = items.dump();
        policies.apply(database.owner());
        policies.apply(database.owner());
        policies.undo(database.owner());
        assertThat(items.dump()).isEqualTo(before);
    }

    @Test
    void twoSessionsTablesOfTheSameUsersKeepTheirOwn() throws SQLException {
        database.asOwner("create table more_sessions (like user_sessions including all)");
        String before = items.dump();
        SessionPolicies more = OWN_COLUMN.sessionsTable("more_sessions");
        OWN_COLUMN.apply(database.owner());
        String one = items.dump();
        more.apply(database.owner());
        more.undo(database.owner());
        assertThat(items.dump()).isEqualTo(one);
        OWN_COLUMN.undo(database.owner());
        assertThat(items.dump()).isEqualTo(before);
    }

    /** It still says that it is ours. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter policy user_sessions_select_policy on user_sessions using (true)",
                "alter policy user_sessions_insert_policy on user_sessions to public",
                "alter table user_sessions disable trigger user_sessions_organization_update",
                "create or replace function user_sessions_organization() returns trigger language plpgsql as"
                        + " 'begin return new; end'",
                "alter table user_sessions no force row level security"
            })
    void whatSomebodyHasChangedIsPutRightByTheNextRun(String change) throws SQLException {
        OWN_COLUMN.apply(database.owner());
        String after = items.dump();
        database.asOwner(change);
        assertThat(items.dump()).isNotEqualTo(after);
        OWN_COLUMN.apply(database.owner());
        assertThat(items.dump()).isEqualTo(after);
    }

    private interface Change {
        void run() throws SQLException;
    }

    /**
     * As it left its comments: one on the policy for SELECT, the column, the trigger for inserts and the login's function. And as
     * it wrote the function that looks the organization up, which is what that is known by.
     */
    private static final String AS_BY_A_FORMER_VERSION = """
            do $$
            declare
              ours record;
            begin
              for ours in
                select format('policy %I on %s', polname, polrelid::regclass) as identity,
                  case when polname like '%\\_select\\_policy' and polname not like '%cleanup%' then
                    regexp_replace(obj_description(oid, 'pg_policy'), '; select; [0-9a-f]+', '') end as comment
                from pg_policy
                union all
                select format('trigger %I on %s', tgname, tgrelid::regclass),
                  case tgname when 'user_sessions_token_hash_insert' then
                    regexp_replace(
                      regexp_replace(obj_description(oid, 'pg_trigger'), '; [0-9a-f]{16}', ''), '; constraint .*', '') end
                from pg_trigger where not tgisinternal
                union all
                select format('constraint %I on %s', conname, conrelid::regclass), null
                from pg_constraint where conrelid in ('user_sessions'::regclass, 'items'::regclass)
                union all
                select format('function %s', oid::regprocedure),
                  regexp_replace(obj_description(oid, 'pg_proc'), '; [0-9a-f]{16}', '')
                from pg_proc where pronamespace = 'public'::regnamespace and proname like '%login'
                union all
                select format('function %s', oid::regprocedure), null
                from pg_proc where pronamespace = 'public'::regnamespace and proname not like '%login'
                union all
                select format('index %s', indexrelid::regclass), null
                from pg_index where indrelid in ('user_sessions'::regclass, 'users'::regclass)
              loop
                execute format('comment on %s is %L', ours.identity, ours.comment);
              end loop;
              for ours in
                select pg_get_functiondef(oid) as definition
                from pg_proc
                where pronamespace = 'public'::regnamespace and proname = 'user_sessions_organization'
              loop
                execute replace(ours.definition, 'operator(pg_catalog.=)', '=');
              end loop;
            end
            $$""";

    @Test
    void whatAFormerVersionMadeIsKnownAgain() throws SQLException {
        isKnownAgain(() -> THROUGH_USERS.apply(database.owner()), () -> THROUGH_USERS.undo(database.owner()));
        isKnownAgain(() -> OWN_COLUMN.apply(database.owner()), () -> OWN_COLUMN.undo(database.owner()));
        SessionPolicies withCleanup =
                THROUGH_USERS.cleanupRole("cleanup of " + database.application().getUser());
        isKnownAgain(() -> withCleanup.apply(database.owner()), () -> withCleanup.undo(database.owner()));
        SessionTokenHash hashes = SessionTokenHash.of(THROUGH_USERS);
        isKnownAgain(() -> hashes.apply(database.owner()), () -> hashes.undo(database.owner()));
        SessionLogin login = SessionLogin.byToken(THROUGH_USERS);
        isKnownAgain(() -> login.apply(database.owner()), () -> login.undo(database.owner()));
        TablePolicies table = TablePolicies.ownColumn("items").userColumn("user_id");
        isKnownAgain(() -> table.apply(database.owner()), () -> table.undo(database.owner()));
    }

    private void isKnownAgain(Change apply, Change undo) throws SQLException {
        String before = items.dump();
        apply.run();
        String after = items.dump();
        database.asAdministrator(AS_BY_A_FORMER_VERSION);
        assertThat(items.dump()).isNotEqualTo(after);
        undo.run();
        assertThat(items.dump()).isEqualTo(before);
        apply.run();
        database.asAdministrator(AS_BY_A_FORMER_VERSION);
        apply.run();
        assertThat(withoutNotes(items.dump())).isEqualTo(withoutNotes(after));
        undo.run();
        assertThat(items.dump()).isEqualTo(before);
    }

    /** Hashes and what the undo has to know, which a former version did not note in full, and comments on indexes. */
    private static String withoutNotes(String dump) {
        return dump.replaceAll("(?m)(: comment tenant-datasource: [a-z ]+).*$", "$1");
    }
}
