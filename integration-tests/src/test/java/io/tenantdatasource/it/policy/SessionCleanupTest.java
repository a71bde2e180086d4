package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.first;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.policy.SessionPolicies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What a job that deletes expired sessions can do, and that it can do nothing else. */
@ParameterizedClass
@EnumSource(Solution.class)
class SessionCleanupTest {

    private static final String ROLE = "user_sessions_cleanup";
    private static final String ALIVE = "alice-phone bob-laptop carol-laptop";
    private static final String ALL = "alice-old alice-phone bob-laptop carol-laptop carol-old nobody";

    private static final String BATCH = """
            delete from user_sessions
            where id = any (array(
              select id from user_sessions where expires_at < now() limit %d for update skip locked))""";

    @Parameter
    private Solution solution;

    @AutoClose
    private ReviewedDatabase database;

    private PGSimpleDataSource job;

    @BeforeEach
    void createTables() {
        database = new ReviewedDatabase();
        job = database.database().createUser("job");
    }

    private SessionPolicies policies() {
        return solution.policies().cleanupRole(ROLE);
    }

    private void migrate() throws SQLException {
        migrate(policies());
    }

    private void migrate(SessionPolicies policies) throws SQLException {
        database.migrate(policies);
        database.asAdministrator("grant " + ROLE + " to " + job.getUser());
    }

    @Test
    void sessionCleanupJobsStillWorkInBatches() throws SQLException {
        migrate();
        assertThat(asJob(BATCH.formatted(2))).isEqualTo(2);
        assertThat(asJob(BATCH.formatted(2))).isEqualTo(1);
        assertThat(asJob(BATCH.formatted(2))).isZero();
        assertThat(database.allTokens()).isEqualTo(ALIVE);
    }

    @Test
    void sessionCleanupJobsStillWorkSideBySideAndDoNotWait() throws SQLException {
        migrate();
        try (Connection one = job.getConnection();
                Connection other = job.getConnection()) {
            one.setAutoCommit(false);
            update(other, "set lock_timeout = '100ms'");
            assertThat(update(one, BATCH.formatted(2))).isEqualTo(2);
            assertThat(update(other, BATCH.formatted(2))).isEqualTo(1);
            one.commit();
        }
        assertThat(database.allTokens()).isEqualTo(ALIVE);
    }

    @Test
    void sessionCleanupJobsStillWorkAsPgCronRunsThem() throws SQLException, IOException {
        migrate();
        Matcher job = Pattern.compile("\\$job\\$(.*?)\\$job\\$", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/clean-up.md")));
        assertThat(job.find()).isTrue();
        assertThat(asJob(job.group(1))).isEqualTo(3);
        assertThat(database.allTokens()).isEqualTo(ALIVE);
    }

    @Test
    void sessionCleanupJobsStillWorkAsSpringSessionRunsThem() throws SQLException {
        database.asOwner("""
                alter table user_sessions alter expires_at drop default;
                alter table user_sessions alter expires_at type bigint using (extract(epoch from expires_at) * 1000)::bigint;
                alter table user_sessions rename expires_at to expiry_time""");
        migrate(policies().sessionExpiresColumn("expiry_time"));
        try (Connection connection = job.getConnection();
                PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM user_sessions WHERE EXPIRY_TIME < ?")) {
            delete.setLong(1, System.currentTimeMillis());
            assertThat(delete.executeUpdate()).isEqualTo(3);
            delete.setLong(1, Long.MAX_VALUE);
            assertThat(delete.executeUpdate()).isZero();
        }
        assertThat(database.allTokens()).isEqualTo(ALIVE);
    }

    @Test
    void sessionCleanupJobsStillWorkOnTimesWithoutZoneWhateverTheirsIs() throws SQLException {
        database.asOwner("""
                alter table user_sessions alter expires_at drop default;
                alter table user_sessions alter expires_at type timestamp using expires_at at time zone interval '0';
                update user_sessions set expires_at = (now() at time zone interval '0')
                  + case when session_token like '%old' or session_token = 'nobody' then -1 else 1 end * interval '1 hour'""");
        migrate();
        try (Connection connection = job.getConnection()) {
            for (String zone : List.of("<UTC>-14", "Pacific/Kiritimati", "<UTC>+12", "Etc/GMT+12")) {
                update(connection, "set timezone = '" + zone + "'");
                assertThat(first(connection, "select count(*) from user_sessions"))
                        .as(zone)
                        .isEqualTo("3");
            }
            assertThat(update(connection, "delete from user_sessions")).isEqualTo(3);
        }
        assertThat(database.allTokens()).isEqualTo(ALIVE);
    }

    @Test
    void sessionCleanupJobsStillWorkWhereTheTokenIsTheKey() throws SQLException {
        database.asOwner("""
                alter table user_sessions drop column id;
                drop index idx_sessions_token_unique;
                alter table user_sessions add primary key (session_token)""");
        migrate();
        assertRefused("select session_token from user_sessions");
        assertThat(asJob(BATCH.formatted(2).replace("id", "ctid"))).isEqualTo(2);
        assertThat(asJob("delete from user_sessions where ctid = '(0,1)'"))
                .as("by the place of a row that has not expired")
                .isZero();
        assertThat(asJob(BATCH.formatted(2).replace("id", "ctid"))).isEqualTo(1);
        assertThat(database.allTokens()).isEqualTo(ALIVE);
    }

    @Test
    void sessionCleanupJobsStillWorkWhereASuperuserAssumesTheRole() throws SQLException {
        migrate();
        try (Connection superuser = database.database().administrator().getConnection()) {
            update(superuser, "set role " + ROLE);
            assertThat(update(superuser, "delete from user_sessions")).isEqualTo(3);
        }
        assertThat(database.allTokens()).isEqualTo(ALIVE);
    }

    @Test
    void sessionCleanupJobsStillWorkOfTheApplicationsOwnForItsTenantOnly() throws SQLException {
        migrate();
        assertThat(database.update(ACME, "delete from user_sessions where expires_at < now()"))
                .isEqualTo(1);
        assertThat(database.allTokens()).isEqualTo("alice-phone bob-laptop carol-laptop carol-old nobody");
    }

    @Test
    void sessionCleanupJobsStillWorkWithTheIndexOnTheTimeOfExpiry() throws SQLException {
        database.asOwner("""
                insert into user_sessions (session_token, expires_at)
                  select 'many-' || i, now() + interval '1 day' from generate_series(1, 5000) as i;
                create index if not exists user_sessions_expires_idx on user_sessions (expires_at)""");
        migrate();
        database.asAdministrator("analyze user_sessions");
        try (Connection connection = job.getConnection()) {
            connection.setAutoCommit(false);
            assertThat(update(connection, BATCH.formatted(2))).isEqualTo(2);
            assertThat(first(connection, "select pg_stat_get_xact_numscans('user_sessions'::regclass)"))
                    .as("times that the whole table was read")
                    .isEqualTo("0");
            connection.rollback();
        }
    }

    @Test
    void seesNoTokenNoAddressAndNoUser() throws SQLException {
        migrate();
        List<String> queries = List.of(
                "select session_token from user_sessions",
                "select ip_address from user_sessions",
                "select user_agent from user_sessions",
                "select user_id from user_sessions",
                "select * from user_sessions",
                "select user_sessions from user_sessions",
                "select count(*) from user_sessions where session_token like 'a%'",
                "select id from user_sessions order by ip_address",
                "delete from user_sessions where session_token = 'alice-old'",
                "delete from user_sessions returning session_token",
                "select * from users");
        for (String query : queries) {
            assertRefused(query);
        }
        assertThat(database.allTokens()).isEqualTo(ALL);
    }

    @Test
    void seesNothingThatHasNotExpired() throws SQLException {
        migrate();
        assertThat(jobSees("select count(*) from user_sessions")).isEqualTo("3");
        assertThat(jobSees("select count(*) from user_sessions where expires_at >= now()"))
                .isEqualTo("0");
        assertThat(jobSees("select count(id) from (select id from user_sessions for update) as locked"))
                .isEqualTo("3");
    }

    @Test
    void deletesNothingThatHasNotExpired() throws SQLException {
        migrate();
        assertThat(asJob("delete from user_sessions where expires_at > now()")).isZero();
        assertThat(asJob("delete from user_sessions")).isEqualTo(3);
        assertThat(database.allTokens()).isEqualTo(ALIVE);
    }

    @Test
    void changesNothing() throws SQLException {
        migrate();
        List<String> changes = List.of(
                "update user_sessions set expires_at = now() + interval '1 day'",
                "update user_sessions set expires_at = expires_at",
                "update user_sessions set session_token = 'mine'",
                "update user_sessions set user_id = null",
                "insert into user_sessions (session_token) values ('mine')",
                "insert into user_sessions (expires_at) values (now())",
                "truncate user_sessions",
                "alter table user_sessions no force row level security",
                "create policy mine on user_sessions using (true)",
                "set role authenticated");
        for (String change : changes) {
            assertRefused(change);
        }
        assertThat(database.allTokens()).isEqualTo(ALL);
    }

    @Test
    void aFunctionThatTellsWhatItIsAskedIsToldNothingThatHasNotExpired() throws SQLException {
        database.asOwner("""
                create function leak(timestamptz) returns boolean language plpgsql cost 0.0001
                  as $$ begin raise notice 'told %', $1; return true; end $$""");
        migrate();
        try (Connection connection = job.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("delete from user_sessions where leak(expires_at)");
            int told = 0;
            for (SQLWarning notice = statement.getWarnings(); notice != null; notice = notice.getNextWarning()) {
                told++;
            }
            assertThat(told).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%2$s to %1$s", "%2$s to authenticated", "authenticated to %2$s"})
    void whereTheApplicationAndTheRoleCanBecomeEachOtherItIsRefused(String membership) throws SQLException {
        migrate();
        String grant = membership.formatted(database.application().getUser(), ROLE);
        database.asAdministrator("grant " + grant);
        try {
            assertFails("55000", () -> policies().apply(database.owner()))
                    .hasMessageContaining(ROLE)
                    .hasMessageContaining("Hint:");
        } finally {
            database.asAdministrator("revoke " + grant.replace(" to ", " from "));
        }
    }

    @Test
    void beforeAnythingIsThereTheMembersAreNamed() throws SQLException {
        migrate();
        solution.policies().undo(database.owner());
        String application = database.application().getUser();
        database.asAdministrator("alter role " + application + " noinherit; grant " + ROLE + " to " + application);
        assertFails("55000", () -> policies().apply(database.owner()))
                .hasMessageContaining("can become authenticated: " + application);
        assertThat(database.catalog("select string_agg(polname, ' ') from pg_policy where polname like '%cleanup%'"))
                .isNull();
        assertThat(database.catalog(
                        "select count(*) from information_schema.column_privileges where grantee = '" + ROLE + "'"))
                .isEqualTo("0");
    }

    @Test
    void theApplicationItselfIsNoCleanUpRole() {
        assertFails("55000", () -> policies().cleanupRole("authenticated").apply(database.owner()))
                .hasMessageContaining("clean-up role authenticated");
    }

    @Test
    void anApplicationThatIsGrantedTheRoleLaterSeesNothingThroughIt() throws SQLException {
        migrate();
        database.asAdministrator(
                "grant " + ROLE + " to " + database.application().getUser());
        assertThat(database.tokens(ACME)).isEqualTo("alice-old alice-phone bob-laptop");
        try (Connection unbound = database.application().getConnection()) {
            assertThat(first(unbound, "select count(*) from user_sessions")).isEqualTo("0");
            assertThat(update(unbound, "delete from user_sessions")).isZero();
        }
        assertThat(database.update(ACME, "update user_sessions set ip_address = 'x'"))
                .isEqualTo(3);
    }

    @Test
    void anApplicationThatAssumesItsRoleAndIsGrantedThisOneLaterSeesNothingThroughIt() throws SQLException {
        migrate();
        String application = database.application().getUser();
        if (Integer.parseInt(database.catalog("show server_version_num")) < 160000) {
            database.asAdministrator("create role inherits_" + application
                    + " noinherit; grant authenticated to inherits_"
                    + application + "; revoke authenticated from " + application + "; grant inherits_" + application
                    + ", " + ROLE + " to " + application);
        } else {
            database.asAdministrator("grant authenticated to " + application + " with inherit false; grant " + ROLE
                    + " to " + application);
        }
        try (Connection unbound = database.application().getConnection()) {
            assertThat(first(unbound, "select count(*) from user_sessions")).isEqualTo("0");
            update(unbound, "set role authenticated");
        } finally {
            database.asAdministrator("drop role if exists inherits_" + application);
        }
    }

    /** Since PostgreSQL 16 its owner is a member of a role, in name only. */
    @Test
    void theOwnerOfTheTableMayHaveCreatedBothRoles() throws SQLException {
        String application = "app_of_" + job.getUser();
        String cleanup = "cleanup_of_" + job.getUser();
        SessionPolicies created = policies().role(application).cleanupRole(cleanup);
        try {
            created.apply(database.owner());
            created.apply(database.owner());
        } finally {
            created.undo(database.owner());
            database.asAdministrator("drop role " + application + ", " + cleanup);
        }
    }

    @Test
    void aRoleThatNoPolicyBindsIsRefused() throws SQLException {
        for (String attribute : new String[] {"superuser", "bypassrls"}) {
            database.asAdministrator("alter role " + job.getUser() + " " + attribute);
            assertFails("55000", () -> policies().cleanupRole(job.getUser()).apply(database.owner()))
                    .hasMessageContaining("BYPASSRLS");
            database.asAdministrator("alter role " + job.getUser() + " no" + attribute);
        }
        database.asAdministrator("grant " + database.owner().getUser() + " to " + job.getUser());
        assertFails("55000", () -> policies().cleanupRole(job.getUser()).apply(database.owner()))
                .hasMessageContaining("owner");
    }

    @Test
    void aRoleWithFurtherRightsIsRefused() throws SQLException {
        for (String right : List.of("select", "select (session_token)", "insert", "update", "truncate")) {
            String grantee = right.equals("select") ? "public" : job.getUser();
            database.asOwner("grant " + right + " on user_sessions to " + grantee);
            assertFails("55000", () -> policies().cleanupRole(job.getUser()).apply(database.owner()))
                    .hasMessageContaining("more rights")
                    .hasMessageContaining(right.equals("select") ? "select (session_token)" : right);
            database.asOwner("revoke " + right + " on user_sessions from " + grantee);
        }
        policies().cleanupRole(job.getUser()).apply(database.owner());
    }

    @Test
    void aColumnThatDoesNotTellWhenASessionExpiresIsRefused() throws SQLException {
        assertFails("42703", () -> policies().sessionExpiresColumn("expiry").apply(database.owner()))
                .hasMessageContaining("expiry")
                .hasMessageContaining("Hint:");
        assertFails("42703", () -> policies().sessionTokenColumn("token").apply(database.owner()))
                .hasMessageContaining("token");
        for (String column : new String[] {"ip_address", "id"}) {
            assertFails("42804", () -> policies().sessionExpiresColumn(column).apply(database.owner()))
                    .hasMessageContaining(column)
                    .hasMessageContaining("Hint:");
        }
    }

    @Test
    void aDomainOverATimeWillDo() throws SQLException {
        database.asOwner("""
                create domain moment as timestamptz;
                alter table user_sessions alter expires_at type moment""");
        migrate();
        assertThat(asJob("delete from user_sessions")).isEqualTo(3);
    }

    @Test
    void withoutANameThereIsNoRole() throws SQLException {
        database.migrate(solution.policies());
        assertThat(database.catalog("select string_agg(polname, ' ') from pg_policy where polname like '%cleanup%'"))
                .isNull();
    }

    @Test
    void anotherNameTakesTheRightsFromTheFormerRole() throws SQLException {
        migrate();
        policies()
                .cleanupRole(database.database().createUser("cleaner").getUser())
                .apply(database.owner());
        assertRefused("delete from user_sessions");
        assertRefused("select id from user_sessions");
    }

    @Test
    void asOneScriptItRunsInOneTransaction() throws SQLException {
        database.inOneTransaction(database.owner(), policies().sql());
        database.asAdministrator("grant " + ROLE + " to " + job.getUser());
        assertThat(asJob(BATCH.formatted(10))).isEqualTo(3);
        database.inOneTransaction(database.owner(), policies().undoSql());
        assertThat(database.catalog("select relrowsecurity from pg_class where oid = 'user_sessions'::regclass"))
                .isEqualTo("f");
    }

    @Test
    void undoTakesBackAllThatWasGranted() throws SQLException {
        String before = dump();
        String role = "Odd \"role\" of " + job.getUser().substring(0, 20);
        policies().cleanupRole(role).apply(database.owner());
        policies().cleanupRole(role).apply(database.owner());
        assertThat(dump()).isNotEqualTo(before);
        solution.policies().undo(database.owner());
        assertThat(dump()).isEqualTo(before);
        assertThat(database.catalog("select relrowsecurity from pg_class where oid = 'user_sessions'::regclass"))
                .isEqualTo("f");
        database.asAdministrator("drop role \"" + role.replace("\"", "\"\"") + "\"");
    }

    @Test
    void undoTakesBackAllThatWasGrantedInASchemaOfItsOwnWithoutAKey() throws SQLException {
        database.asOwner("""
                create schema "Odd 's";
                alter table user_sessions set schema "Odd 's";
                alter table "Odd 's".user_sessions rename to "User's Sessions";
                alter table "Odd 's"."User's Sessions" rename session_token to "Token";
                alter table "Odd 's"."User's Sessions" rename expires_at to "Expires at";
                alter table "Odd 's"."User's Sessions" drop column id""");
        String before = dump();
        SessionPolicies odd = policies()
                .sessionsTable("Odd 's", "User's Sessions")
                .sessionTokenColumn("Token")
                .sessionExpiresColumn("Expires at");
        odd.apply(database.owner());
        migrate(odd);
        assertThat(asJob("delete from \"Odd 's\".\"User's Sessions\" where ctid <> '(9,9)' and \"Expires at\" < now()"))
                .isEqualTo(3);
        odd.undo(database.owner());
        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void undoOfTheSolutionThatWasLeftKeepsTheRole() throws SQLException {
        migrate();
        Solution other = solution == Solution.OWN_COLUMN ? Solution.THROUGH_USERS : Solution.OWN_COLUMN;
        other.policies().apply(database.owner());
        if (solution == Solution.OWN_COLUMN) {
            solution.policies().undo(database.owner());
        } else {
            assertFails("55000", () -> solution.policies().undo(database.owner()));
        }
        assertThat(asJob("delete from user_sessions")).isEqualTo(3);
    }

    @Test
    void whereTheSchemaIsAnothersItSaysWhoHasToGrantItsUsage() throws SQLException {
        database.asOwner("create schema sessions; alter table user_sessions set schema sessions");
        database.asAdministrator("alter schema sessions owner to postgres; grant usage, create on schema sessions to "
                + database.owner().getUser());
        SessionPolicies moved = policies().sessionsTable("sessions", "user_sessions");
        assertFails("42501", () -> moved.apply(database.owner()))
                .hasMessageContaining("may not use schema sessions")
                .hasMessageContaining("grant usage on schema sessions to " + ROLE);
    }

    private int asJob(String sql) throws SQLException {
        try (Connection connection = job.getConnection()) {
            return update(connection, sql);
        }
    }

    private String jobSees(String query) throws SQLException {
        try (Connection connection = job.getConnection()) {
            return first(connection, query);
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

    private void assertRefused(String sql) {
        assertThatThrownBy(() -> asJob(sql))
                .as(sql)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(String state, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
    }
}
