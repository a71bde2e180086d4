package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ALICE;
import static io.tenantdatasource.it.policy.ReviewedDatabase.CAROL;
import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static io.tenantdatasource.it.policy.ReviewedDatabase.first;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.policy.SessionLogin;
import io.tenantdatasource.policy.SessionPolicies;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The one way from a token to its tenant, and that it leads nowhere else. */
@ParameterizedClass
@CsvSource({"THROUGH_USERS, TOKEN", "THROUGH_USERS, HASH", "OWN_COLUMN, TOKEN", "OWN_COLUMN, HASH"})
class SessionLoginTest {

    enum Key {
        TOKEN,
        HASH
    }

    private static final String ROLE = "session_login";
    private static final String TOKEN_IS_SET = "select set_config('tenant_datasource.login_token', '%s', false)";
    private static final String TOKENS =
            "select string_agg(session_token, ' ' order by session_token) from user_sessions";

    @Parameter(0)
    private Solution solution;

    @Parameter(1)
    private Key key;

    @AutoClose
    private ReviewedDatabase database;

    private PGSimpleDataSource frontDoor;

    @BeforeEach
    void createTables() throws SQLException {
        database = new ReviewedDatabase();
        frontDoor = database.database().createUser("front_door");
        if (key == Key.HASH) {
            database.asOwner("""
                    alter table user_sessions add session_token_hash bytea;
                    update user_sessions set session_token_hash = sha256(convert_to(session_token, 'UTF8'))""");
            // Otherwise it is not used while older transactions run, of whatever database.
            database.asOwner(
                    "create unique index concurrently user_sessions_hashes on user_sessions (session_token_hash)");
        }
    }

    private SessionLogin login() {
        return login(solution.policies());
    }

    private SessionLogin login(SessionPolicies policies) {
        return switch (key) {
            case TOKEN -> SessionLogin.byToken(policies);
            case HASH -> SessionLogin.byTokenHash(policies);
        };
    }

    private void migrate() throws SQLException {
        database.migrate(solution.policies());
        migrateLogin(login());
    }

    private void migrateLogin(SessionLogin login) throws SQLException {
        login.apply(database.owner());
        database.asAdministrator("grant " + ROLE + " to " + frontDoor.getUser());
    }

    @Test
    void aTokenTellsItsTenant() throws SQLException {
        migrate();
        assertThat(login().tenantOf(frontDoor, "alice-phone")).contains(ACME.withUser(ALICE));
        assertThat(login().tenantOf(frontDoor, "carol-laptop")).contains(GLOBEX.withUser(CAROL));
    }

    @Test
    void aTenantDataSourceWillDoBoundToNoTenantOrToAny() throws SQLException {
        migrate();
        try (TenantDataSource bound = TenantDataSource.wrap(frontDoor)) {
            assertThat(login().tenantOf(bound, "alice-phone")).contains(ACME.withUser(ALICE));
            try (TenantContext.Scope scope = TenantContext.open(GLOBEX.withUser(CAROL))) {
                assertThat(login().tenantOf(bound, "alice-phone")).contains(ACME.withUser(ALICE));
            }
        }
    }

    @Test
    void whatIsNotExactlyATokenIsNobodys() throws SQLException {
        migrate();
        for (String guess : new String[] {
            null,
            "",
            " ",
            "alice",
            "alice-",
            "alice-phon",
            "alice-phonee",
            "alice-phone ",
            " alice-phone",
            "Alice-Phone",
            "alice-%",
            "%",
            "_",
            ".*",
            "alice-phone\0",
            "\0",
            "alice-phone\uD800",
            "' or true --",
            "a".repeat(100_000)
        }) {
            assertThat(login().tenantOf(frontDoor, guess)).as("%s", guess).isEmpty();
        }
    }

    /** Such texts are easily made: PostgreSQL's hash of a text keeps no secrets. */
    @Test
    void aTextWithTheSameHashAsATokenIsNobodys() throws SQLException {
        String token = "of-the-same-hash-as-anot";
        String other = "tcjVmMAY75EdrfdJflQmLTsy";
        assertThat(database.catalog(
                        "select hashtextextended('" + token + "', 0) = hashtextextended('" + other + "', 0)"))
                .isEqualTo("t");
        database.asOwner(
                "update user_sessions set session_token = '" + token + "' where session_token = 'alice-phone'");
        if (key == Key.HASH) {
            database.asOwner("update user_sessions set session_token_hash = sha256(convert_to(session_token, 'UTF8'))");
        }
        migrate();
        assertThat(login().tenantOf(frontDoor, token)).contains(ACME.withUser(ALICE));
        assertThat(login().tenantOf(frontDoor, other)).isEmpty();
        try (Connection owner = database.owner().getConnection()) {
            first(owner, TOKEN_IS_SET.formatted(other));
            assertThat(first(owner, TOKENS)).isNull();
        }
    }

    @Test
    void anEmptyTokenInTheTableIsNobodys() throws SQLException {
        database.asOwner("update user_sessions set session_token = '' where session_token = 'alice-phone'");
        if (key == Key.HASH) {
            database.asOwner("update user_sessions set session_token_hash = sha256('') where session_token = ''");
        }
        migrate();
        assertThat(call(frontDoor, "''")).isNull();
        assertThat(call(frontDoor, "null")).isNull();
        database.asAdministrator(
                "alter table user_sessions owner to postgres; alter function user_session_login owner to postgres");
        assertThat(call(frontDoor, "''")).isNull();
    }

    @Test
    void theTokenOfAnExpiredSessionIsNobodys() throws SQLException {
        migrate();
        assertThat(login().tenantOf(frontDoor, "alice-old")).isEmpty();
        database.asAdministrator("update user_sessions set expires_at = now() - interval '1 second'");
        assertThat(login().tenantOf(frontDoor, "alice-phone")).isEmpty();
        database.asAdministrator("alter table user_sessions alter expires_at drop not null;"
                + " update user_sessions set expires_at = null where session_token = 'alice-phone'");
        assertThat(login().tenantOf(frontDoor, "alice-phone")).isEmpty();
    }

    /** Whom no policy binds. */
    @Test
    void aSuperusersTableIsLookedUpJustAsStrictly() throws SQLException {
        migrate();
        database.asAdministrator("alter table user_sessions owner to postgres; update user_sessions"
                + " set expires_at = now() + interval '1 day' where session_token = 'nobody'");
        login().apply(database.database().administrator());
        assertThat(login().tenantOf(frontDoor, "alice-phone")).contains(ACME.withUser(ALICE));
        for (String guess : List.of("alice-old", "nobody", "alice-", "alice-%", "Alice-Phone", "alice-phone ")) {
            assertThat(login().tenantOf(frontDoor, guess)).as(guess).isEmpty();
        }
    }

    @Test
    void noZoneOfTheCallerMakesAnExpiredSessionLive() throws SQLException {
        database.asOwner("""
                alter table user_sessions alter expires_at drop default;
                alter table user_sessions alter expires_at type timestamp using expires_at at time zone interval '0';
                update user_sessions set expires_at = (now() at time zone interval '0')
                  + case when session_token = 'alice-old' then -1 else 1 end * interval '1 hour'""");
        migrate();
        try (Connection caller = frontDoor.getConnection()) {
            for (String zone : List.of("<UTC>+12", "Etc/GMT+12", "<UTC>-14", "Pacific/Kiritimati")) {
                update(caller, "set timezone = '" + zone + "'");
                assertThat(first(caller, "select * from user_session_login('alice-old')"))
                        .as(zone)
                        .isNull();
                assertThat(first(caller, "select * from user_session_login('alice-phone')"))
                        .as(zone)
                        .isEqualTo(ACME.organizationId());
            }
        }
    }

    @Test
    void expiryInMillisecondsIsUnderstood() throws SQLException {
        database.asOwner("""
                alter table user_sessions alter expires_at drop default;
                alter table user_sessions alter expires_at type bigint using (extract(epoch from expires_at) * 1000)::bigint""");
        migrate();
        assertThat(login().tenantOf(frontDoor, "alice-phone")).contains(ACME.withUser(ALICE));
        assertThat(login().tenantOf(frontDoor, "alice-old")).isEmpty();
    }

    @Test
    void aSessionOfNobodyIsNobodys() throws SQLException {
        database.asOwner(
                "update user_sessions set expires_at = now() + interval '1 day' where session_token = 'nobody'");
        migrate();
        assertThat(login().tenantOf(frontDoor, "nobody")).isEmpty();
    }

    @Test
    void twoSessionsWithOneTokenAreNobodys() throws SQLException {
        migrate();
        database.asAdministrator("drop index idx_sessions_token_unique; drop index if exists user_sessions_hashes;"
                + " insert into user_sessions select (jsonb_populate_record(s, jsonb_build_object("
                + " 'id', gen_random_uuid()))).* from user_sessions s where session_token = 'alice-phone'");
        assertThat(login().tenantOf(frontDoor, "alice-phone")).isEmpty();
        assertThat(login().tenantOf(frontDoor, "carol-laptop")).isPresent();
    }

    @Test
    void onlyTheLoginRoleMayAsk() throws SQLException {
        database.asOwner("alter default privileges grant execute on functions to public, "
                + database.application().getUser());
        migrate();
        var stranger = database.database().createUser("stranger");
        for (PGSimpleDataSource other : List.of(stranger, database.application())) {
            assertFails("42501", () -> login().tenantOf(other, "alice-phone"))
                    .hasMessageContaining("user_session_login")
                    .message()
                    .doesNotContain("alice");
        }
        try (TenantDataSource bound = TenantDataSource.wrap(database.application());
                TenantContext.Scope scope = TenantContext.open(ACME)) {
            assertFails("42501", () -> login().tenantOf(bound, "alice-phone"));
        }
        database.asAdministrator(
                "grant " + ROLE + " to " + database.application().getUser());
        assertThat(login().tenantOf(database.application(), "alice-phone")).contains(ACME.withUser(ALICE));
    }

    @Test
    void whoMayAskSeesNothingElse() throws SQLException {
        migrate();
        assertFails("42501", () -> {
            try (Connection caller = frontDoor.getConnection()) {
                first(caller, TOKENS);
            }
        });
    }

    @Test
    void theOwnerSeesTheRowOfATokenThatTheyHoldAndNoOther() throws SQLException {
        migrate();
        try (Connection owner = database.owner().getConnection()) {
            assertThat(first(owner, TOKENS)).isNull();
            first(owner, TOKEN_IS_SET.formatted("alice-phone"));
            assertThat(first(owner, TOKENS)).isEqualTo("alice-phone");
            for (String guess : List.of("", "alice-old", "nobody", "alice", "%", "alice-phone ", "ALICE-PHONE")) {
                first(owner, TOKEN_IS_SET.formatted(guess));
                assertThat(first(owner, TOKENS)).as(guess).isNull();
            }
            first(owner, TOKEN_IS_SET.formatted("alice-phone"));
            assertThat(update(owner, "update user_sessions set ip_address = 'x'"))
                    .isZero();
            assertThat(update(owner, "delete from user_sessions")).isZero();
        }
    }

    @Test
    void theApplicationSeesNoMoreWithATokenSet() throws SQLException {
        migrate();
        try (Connection application = database.application().getConnection()) {
            first(application, TOKEN_IS_SET.formatted("carol-laptop"));
            assertThat(first(application, TOKENS)).isNull();
            first(application, "select set_config('app.organization_id', '" + ACME.organizationId() + "', false)");
            assertThat(first(application, TOKENS)).isEqualTo("alice-old alice-phone bob-laptop");
        }
    }

    @Test
    void noTokenStaysBehind() throws SQLException {
        migrate();
        String token = "select coalesce(current_setting('tenant_datasource.login_token', true), '')";
        try (Connection caller = frontDoor.getConnection()) {
            caller.setAutoCommit(false);
            assertThat(first(caller, "select * from user_session_login('alice-phone')"))
                    .isNotNull();
            assertThat(first(caller, token)).isEmpty();
            caller.commit();
            assertThat(first(caller, token)).isEmpty();
        }
        database.asOwner("alter table user_sessions rename expires_at to gone");
        try (Connection caller = frontDoor.getConnection()) {
            caller.setAutoCommit(false);
            var before = caller.setSavepoint();
            assertThatThrownBy(() -> first(caller, "select * from user_session_login('alice-phone')"))
                    .isInstanceOf(SQLException.class)
                    .message()
                    .doesNotContain("alice");
            caller.rollback(before);
            assertThat(first(caller, token)).isEmpty();
            caller.rollback();
        }
    }

    @Test
    void noObjectThatTheCallerPutsInFrontIsMeant() throws SQLException {
        migrate();
        try (Connection caller = frontDoor.getConnection()) {
            update(caller, """
                    create temporary table users (id uuid, organization_id uuid);
                    create temporary table user_sessions (session_token text);
                    create function pg_temp.sha256(bytea) returns bytea language sql as $$ select $1 $$;
                    create function pg_temp.hashtextextended(text, bigint) returns bigint language sql as $$ select 1::bigint $$;
                    create function pg_temp.now() returns timestamptz language sql as $$ select '-infinity'::timestamptz $$;
                    set search_path = pg_temp, public, pg_catalog;
                    set row_security = off""");
            assertThat(first(caller, "select * from public.user_session_login('alice-phone')"))
                    .isEqualTo(ACME.organizationId());
            assertThat(first(caller, "select * from public.user_session_login('alice-old')"))
                    .isNull();
        }
    }

    @Test
    void aTokenIsFoundByItsHashAlone() throws SQLException {
        database.asOwner("insert into user_sessions (session_token, user_id) select 'many-' || i, '" + CAROL
                + "' from generate_series(1, 5000) as i");
        if (key == Key.HASH) {
            database.asOwner("update user_sessions set session_token_hash = sha256(convert_to(session_token, 'UTF8'))");
        }
        migrate();
        database.asAdministrator("analyze user_sessions");
        String index = key == Key.HASH ? "user_sessions_hashes" : "user_sessions_login_idx";
        try (Connection caller = frontDoor.getConnection()) {
            caller.setAutoCommit(false);
            for (int i = 0; i < 10; i++) {
                first(caller, "select * from user_session_login('many-" + i + "')");
            }
            String scans =
                    "select string_agg(oid::regclass || ' ' || pg_stat_get_xact_numscans(oid), ', ') from pg_class"
                            + " where oid in ('user_sessions'::regclass, 'idx_sessions_token_unique'::regclass, '%s'::regclass)"
                            + " and pg_stat_get_xact_numscans(oid) > 0";
            assertThat(first(caller, scans.formatted(index))).isEqualTo(index + " 10");
            caller.rollback();
        }
    }

    @Test
    void thePlannerLooksIntoNothing() throws SQLException {
        migrate();
        try (Connection caller = frontDoor.getConnection()) {
            assertThat(first(caller, "explain select * from user_session_login('alice-phone')"))
                    .startsWith("Function Scan");
        }
        assertThat(database.catalog("""
                select concat_ws(' ', prosecdef, proleakproof, provolatile, proparallel, proconfig)
                from pg_proc
                join pg_class on relowner = proowner
                where proname = 'user_session_login'
                  and pg_class.oid = 'user_sessions'::regclass""")).isEqualTo("t f v u {\"search_path=pg_catalog, pg_temp\",row_security=on}");
    }

    @Test
    void usersThatTheOwnerDoesNotSeeAreRefusedThroughUsers() throws SQLException {
        database.asOwner("alter table users enable row level security");
        migrate();
        assertThat(login().tenantOf(frontDoor, "alice-phone")).isPresent();
        database.asOwner("alter table users force row level security");
        if (solution == Solution.THROUGH_USERS) {
            assertFails("55000", () -> login().apply(database.owner()))
                    .hasMessageContaining("row security of table public.users hides users")
                    .hasMessageContaining("ownColumn()");
            assertThat(login().tenantOf(frontDoor, "alice-phone")).isEmpty();
        } else {
            login().apply(database.owner());
            assertThat(login().tenantOf(frontDoor, "alice-phone")).isPresent();
        }
    }

    @Test
    void usersThatTheOwnerMayNotReadAreRefusedThroughUsers() throws SQLException {
        database.migrate(solution.policies());
        database.asAdministrator("alter table users owner to postgres");
        if (solution == Solution.THROUGH_USERS) {
            assertFails("42501", () -> login().apply(database.owner()))
                    .hasMessageContaining("grant select (id, organization_id) on public.users to");
            database.asAdministrator("grant select (id, organization_id) on users to "
                    + database.owner().getUser());
        }
        migrateLogin(login());
        assertThat(login().tenantOf(frontDoor, "alice-phone")).isPresent();
    }

    @Test
    void thePoliciesCanBeAppliedAgainAndExchanged() throws SQLException {
        migrate();
        Solution other = solution == Solution.OWN_COLUMN ? Solution.THROUGH_USERS : Solution.OWN_COLUMN;
        solution.policies().apply(database.owner());
        other.policies().apply(database.owner());
        login(other.policies()).apply(database.owner());
        if (solution == Solution.OWN_COLUMN) {
            solution.policies().undo(database.owner());
        }
        assertThat(login().tenantOf(frontDoor, "alice-phone")).contains(ACME.withUser(ALICE));
        assertThat(database.tokens(ACME)).isEqualTo("alice-old alice-phone bob-laptop");
    }

    @Test
    void aTableOfAnotherOwnerIsLookedUpAsThem() throws SQLException {
        migrate();
        var heir = database.database().createUser("heir");
        database.asAdministrator(
                "alter table user_sessions owner to " + heir.getUser() + "; grant create on schema public to "
                        + heir.getUser() + "; grant select on users to " + heir.getUser());
        assertFails("42501", () -> login().tenantOf(frontDoor, "alice-phone"));
        login().apply(database.database().administrator());
        assertThat(login().tenantOf(frontDoor, "alice-phone")).contains(ACME.withUser(ALICE));
        assertThat(database.catalog(
                        "select polroles::regrole[] from pg_policy where polname = 'user_sessions_login_policy'"))
                .isEqualTo("{" + heir.getUser() + "}");
    }

    @Test
    void aFunctionOfOthersIsNeitherReplacedNorDropped() throws SQLException {
        database.asOwner("create function user_session_login(text) returns text language sql as 'select $1'");
        database.migrate(solution.policies());
        assertFails("42723", () -> login().apply(database.owner())).hasMessageContaining("Hint:");
        login().undo(database.owner());
        assertThat(database.catalog("select user_session_login('kept')")).isEqualTo("kept");
        migrateLogin(login().loginFunction("Log \"in\""));
        assertThat(login().loginFunction("Log \"in\"").tenantOf(frontDoor, "alice-phone"))
                .isPresent();
    }

    @Test
    void undoTakesAllOfItBack() throws SQLException {
        String before = dump();
        migrate();
        migrate();
        login().undo(database.owner());
        login().undo(database.owner());
        solution.policies().undo(database.owner());
        assertThat(dump()).isEqualTo(before);
        assertThat(database.catalog("select relrowsecurity from pg_class where oid = 'user_sessions'::regclass"))
                .isEqualTo("f");
    }

    @Test
    void asOneScriptItRunsInOneTransaction() throws SQLException {
        database.inOneTransaction(database.owner(), solution.policies().sql() + login().sql());
        database.asAdministrator("grant " + ROLE + " to " + frontDoor.getUser());
        assertThat(login().tenantOf(frontDoor, "alice-phone")).contains(ACME.withUser(ALICE));
        database.inOneTransaction(database.owner(), login().undoSql());
        assertFails("42883", () -> login().tenantOf(frontDoor, "alice-phone"));
    }

    @Test
    void anyNameWillDo() throws SQLException {
        database.asOwner("""
                create schema "Odd 's";
                alter table user_sessions set schema "Odd 's";
                alter table "Odd 's".user_sessions rename to "User's Sessions";
                alter table "Odd 's"."User's Sessions" rename session_token to organization_id;
                alter table "Odd 's"."User's Sessions" rename user_id to token;
                alter table "Odd 's"."User's Sessions" rename expires_at to "Expires ""at";
                create schema people;
                alter table users set schema people;
                alter table people.users rename to "User's Sessions";
                alter table people."User's Sessions" rename id to user_id;
                alter table people."User's Sessions" rename organization_id to "Org's";
                """);
        SessionPolicies odd = solution.policies()
                .sessionsTable("Odd 's", "User's Sessions")
                .sessionTokenColumn("organization_id")
                .sessionUserColumn("token")
                .sessionOrganizationColumn("Org's")
                .sessionExpiresColumn("Expires \"at")
                .usersTable("people", "User's Sessions")
                .usersIdColumn("user_id")
                .usersOrganizationColumn("Org's");
        String before = dump();
        String role = "Odd \"role\" of " + frontDoor.getUser().substring(0, 20);
        SessionLogin login = login(odd).loginRole(role).loginFunction("Whose's \"session\"");
        database.migrate(odd);
        login.apply(database.owner());
        String quoted = "\"" + role.replace("\"", "\"\"") + "\"";
        database.asAdministrator("grant " + quoted + " to " + frontDoor.getUser());
        assertThat(login.tenantOf(frontDoor, "alice-phone")).contains(ACME.withUser(ALICE));
        login.undo(database.owner());
        odd.undo(database.owner());
        assertThat(dump()).isEqualTo(before);
        database.asAdministrator("drop role " + quoted);
    }

    @Test
    void aColumnThatHoldsNoTokenOrHashIsRefused() throws SQLException {
        database.migrate(solution.policies());
        SessionPolicies missing = solution.policies().sessionTokenColumn("gone").sessionTokenHashColumn("gone");
        SessionPolicies times =
                solution.policies().sessionTokenColumn("expires_at").sessionTokenHashColumn("expires_at");
        assertFails("42703", () -> login(missing).apply(database.owner())).hasMessageContaining("gone");
        assertFails("42804", () -> login(times).apply(database.owner())).hasMessageContaining("expires_at");
        assertFails("42P01", () -> login(missing.sessionsTable("none")).apply(database.owner()));
    }

    /** No hash was found in it: every token was nobody's, and nothing said why. */
    @ParameterizedTest
    @ValueSource(strings = {"varchar(63)", "char(63)", "char(1)", "uuid"})
    void aColumnThatIsTooShortForAHashIsRefused(String type) throws SQLException {
        database.asOwner("alter table user_sessions add hash " + type + " unique");
        database.migrate(solution.policies());
        SessionLogin byHash = SessionLogin.byTokenHash(solution.policies().sessionTokenHashColumn("hash"));
        assertFails("42804", () -> byHash.apply(database.owner()))
                .hasMessageContaining("column hash of table public.user_sessions", "holds no hash");
    }

    @Test
    void aHashIsLookedUpByAUniqueIndexOnly() throws SQLException {
        database.asOwner("alter table user_sessions add hash bytea");
        SessionLogin byHash = SessionLogin.byTokenHash(solution.policies().sessionTokenHashColumn("hash"));
        database.migrate(solution.policies());
        for (String useless : List.of(
                "create index useless on user_sessions (hash)",
                "create unique index useless on user_sessions (hash, id)",
                "create unique index useless on user_sessions (hash) where ip_address is null",
                "create unique index useless on user_sessions (sha256(hash))")) {
            database.asOwner("drop index if exists useless; " + useless);
            assertFails("55000", () -> byHash.apply(database.owner()))
                    .hasMessageContaining("no unique index on column hash");
        }
    }

    @Test
    void aHashInHexDigitsWillDo() throws SQLException {
        database.migrate(solution.policies());
        SessionLogin byHash = SessionLogin.byTokenHash(solution.policies().sessionTokenHashColumn("hash"));
        for (String type : List.of("text", "varchar(100)", "char(64)")) {
            database.asAdministrator(
                    "alter table user_sessions drop column if exists hash, add hash " + type + " unique;"
                            + " update user_sessions set hash = encode(sha256(convert_to(session_token, 'UTF8')), 'hex')");
            migrateLogin(byHash);
            assertThat(byHash.tenantOf(frontDoor, "alice-phone")).as(type).contains(ACME.withUser(ALICE));
            byHash.undo(database.owner());
        }
    }

    private String call(PGSimpleDataSource user, String argument) throws SQLException {
        try (Connection caller = user.getConnection()) {
            return first(caller, "select * from user_session_login(" + argument + ")");
        }
    }

    /** All that is in the catalog, and the rights on what is no column there. */
    private String dump() throws SQLException {
        return SchemaDump.of(database.database().administrator())
                + database.catalog("select string_agg(attrelid::regclass || '.' || attname || attacl::text, ' ')"
                        + " from pg_attribute where attnum < 0 and attacl is not null");
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
