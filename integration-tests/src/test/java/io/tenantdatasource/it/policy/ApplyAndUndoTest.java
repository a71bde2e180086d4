package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.policy.SessionPolicies;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The migration as a migration: what it leaves in the catalog, and what stops it. */
class ApplyAndUndoTest {

    private static final String POLICIES = """
            select string_agg(policyname || ' ' || cmd || ' ' || permissive || ' ' || roles::text, ', ' order by policyname)
            from pg_policies where tablename = 'user_sessions'""";

    private static final String ROW_SECURITY = """
            select relrowsecurity || ' ' || relforcerowsecurity
            from pg_class where oid = 'public.user_sessions'::regclass""";

    private static final SessionPolicies MIGRATION = SessionPolicies.throughUsers();

    @AutoClose
    private ReviewedDatabase database;

    @BeforeEach
    void createTables() {
        database = new ReviewedDatabase();
    }

    @Test
    void addsTheReviewsPoliciesAndTheMissingOnes() throws SQLException {
        database.migrate(MIGRATION);
        assertThat(catalog(POLICIES))
                .isEqualTo(String.join(
                        ", ",
                        "user_sessions_delete_policy DELETE PERMISSIVE {authenticated}",
                        "user_sessions_insert_policy INSERT PERMISSIVE {authenticated}",
                        "user_sessions_own_policy ALL RESTRICTIVE {authenticated}",
                        "user_sessions_select_policy SELECT PERMISSIVE {authenticated}",
                        "user_sessions_update_policy UPDATE PERMISSIVE {authenticated}"));
        assertThat(catalog(ROW_SECURITY)).isEqualTo("true true");
    }

    @Test
    void canBeRunAgain() throws SQLException {
        database.migrate(MIGRATION);
        String once = catalog(POLICIES);
        database.migrate(MIGRATION);
        assertThat(catalog(POLICIES)).isEqualTo(once);
        assertThat(database.tokens(GLOBEX)).isEqualTo("carol-laptop carol-old");
    }

    @Test
    void runsThroughAWrappedPool() throws SQLException {
        try (TenantDataSource wrapped = TenantDataSource.wrap(database.owner())) {
            MIGRATION.apply(wrapped);
        }
        assertThat(catalog(ROW_SECURITY)).isEqualTo("true true");
    }

    @Test
    void runsOnAPoolWithoutAutocommitAndLeavesItSo() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.owner());
        config.setAutoCommit(false);
        config.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            MIGRATION.apply(pool);
            assertThatThrownBy(() -> MIGRATION.usersTable("people").apply(pool)).isInstanceOf(SQLException.class);
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.getAutoCommit()).isFalse();
            }
        }
        assertThat(catalog(ROW_SECURITY)).isEqualTo("true true");
    }

    @Test
    void leavesTheSettingsOfAMigrationToolsTransactionAsTheyWere() throws SQLException {
        try (Connection tool = database.owner().getConnection();
                Statement statement = tool.createStatement()) {
            tool.setAutoCommit(false);
            statement.execute("set local search_path = public; set local lock_timeout = '7s'");
            statement.execute(MIGRATION.sql());
            statement.execute(MIGRATION.undoSql());
            assertThat(ReviewedDatabase.first(tool, "show search_path")).isEqualTo("public");
            assertThat(ReviewedDatabase.first(tool, "show lock_timeout")).isEqualTo("7s");
        }
    }

    @Test
    void outsideOfATransactionItSaysSo() throws SQLException {
        for (String script : new String[] {MIGRATION.sql(), MIGRATION.undoSql()}) {
            try (Connection connection = database.owner().getConnection();
                    Statement statement = connection.createStatement()) {
                String[] namesAndTheRest = script.split("(?=set local lock_timeout)", 2);
                statement.execute(namesAndTheRest[0]);
                assertThatThrownBy(() -> statement.execute(namesAndTheRest[1]))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("25P01"))
                        .hasMessageContaining("in one transaction");
            }
        }
    }

    @Test
    void whatTheServerSaidIsNotMaskedByACleanUpThatFails() throws SQLException {
        try (Connection busy = database.owner().getConnection()) {
            busy.setAutoCommit(false);
            ReviewedDatabase.first(busy, "select count(*) from user_sessions");
            ExecutorService thread = Executors.newSingleThreadExecutor();
            Future<?> migration = thread.submit(() -> {
                MIGRATION.apply(database.owner());
                return null;
            });
            String waiting = "select pg_terminate_backend(pid) from pg_stat_activity"
                    + " where wait_event_type = 'Lock' and query like '%lock_table%' and datname = current_database()";
            while (catalog(waiting) == null && !migration.isDone()) {
                Thread.onSpinWait();
            }
            assertThatThrownBy(migration::get)
                    .cause()
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
            thread.shutdown();
            busy.rollback();
        }
    }

    @Test
    void createsTheRoleWhenItIsMissing() throws SQLException {
        String role = "Odd \"role\" of " + database.application().getUser().substring(0, 40);
        try {
            MIGRATION.role(role).apply(database.owner());
            assertThat(catalog("select rolcanlogin from pg_roles where rolname = '" + role + "'"))
                    .isEqualTo("f");
        } finally {
            MIGRATION.undo(database.owner());
            database.asAdministrator("drop role \"" + role.replace("\"", "\"\"") + "\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Solution.class)
    void undoGivesBackTheSchemaAsItWas(Solution solution) throws SQLException {
        String before = SchemaDump.of(database.database().administrator());
        database.migrate(solution.policies());
        assertThat(SchemaDump.of(database.database().administrator())).isNotEqualTo(before);
        solution.policies().undo(database.owner());
        assertThat(SchemaDump.of(database.database().administrator())).isEqualTo(before);
        solution.policies().undo(database.owner());
        assertThat(SchemaDump.of(database.database().administrator())).isEqualTo(before);
    }

    @Test
    void theOtherSolutionsUndoLeavesThePolicies() throws SQLException {
        database.migrate(MIGRATION);
        SessionPolicies.ownColumn().undo(database.owner());
        assertThat(database.tokens(GLOBEX)).isEqualTo("carol-laptop carol-old");
        SessionPolicies.ownColumn().apply(database.owner());
        assertThatThrownBy(() -> MIGRATION.undo(database.owner()))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55000"))
                .hasMessageContaining("own column");
        assertThat(database.tokens(GLOBEX)).isEqualTo("carol-laptop carol-old");
    }

    @Test
    void undoNeverOpensATableThatWasClosedBefore() throws SQLException {
        database.asOwner("alter table user_sessions enable row level security");
        database.migrate(MIGRATION);
        database.migrate(MIGRATION);
        MIGRATION.undo(database.owner());
        assertThat(catalog(POLICIES)).isNull();
        assertThat(catalog(ROW_SECURITY)).isEqualTo("true false");
        assertThat(database.tokens(ACME)).isNull();
    }

    @Test
    void undoWithoutAMigrationChangesNothing() throws SQLException {
        database.asOwner("alter table user_sessions enable row level security");
        MIGRATION.undo(database.owner());
        assertThat(catalog(ROW_SECURITY)).isEqualTo("true false");
    }

    @Test
    void undoNeverOpensATableThatHasOtherPolicies() throws SQLException {
        database.migrate(MIGRATION);
        database.asOwner("create policy kept on user_sessions as restrictive using (true)");
        MIGRATION.undo(database.owner());
        assertThat(catalog(POLICIES)).startsWith("kept ");
        assertThat(catalog(ROW_SECURITY)).isEqualTo("true true");
        assertThat(database.tokens(ACME)).isNull();
    }

    @Test
    void policiesThatWouldShowMoreAreRefusedAndNamed() throws SQLException {
        MIGRATION.apply(database.owner());
        MIGRATION.undo(database.owner());
        for (String roles : new String[] {"public", "authenticated"}) {
            database.asOwner("create policy \"Show all\" on user_sessions for select to " + roles + " using (true)");
            assertThatThrownBy(() -> MIGRATION.apply(database.owner()))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55000"))
                    .hasMessageContaining("\"Show all\"")
                    .hasMessageContaining("Hint:");
            assertThat(catalog(POLICIES)).as("nothing was changed").doesNotContain("user_sessions_");
            database.asOwner("drop policy \"Show all\" on user_sessions");
        }
    }

    @Test
    void policiesThatWouldShowAMemberMoreAreRefused() throws SQLException {
        database.migrate(MIGRATION);
        var auditor = database.database().createUser("auditor");
        database.asAdministrator(
                "grant " + auditor.getUser() + " to " + database.application().getUser());
        for (String role : new String[] {database.application().getUser(), auditor.getUser()}) {
            database.asOwner("create policy everything on user_sessions to " + role + " using (true)");
            assertThatThrownBy(() -> MIGRATION.apply(database.owner()))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55000"))
                    .hasMessageContaining("everything");
            database.asOwner("drop policy everything on user_sessions");
        }
    }

    @Test
    void policiesOfOthersAreKept() throws SQLException {
        var auditor = database.database().createUser("auditor");
        database.asOwner("create policy audit on user_sessions for select to " + auditor.getUser() + " using (true)");
        database.asOwner("create policy recent on user_sessions as restrictive using (session_token <> 'bob-laptop')");
        database.migrate(MIGRATION);
        assertThat(catalog(POLICIES)).contains("audit SELECT", "recent ALL RESTRICTIVE");
        assertThat(database.tokens(ACME)).isEqualTo("alice-old alice-phone");
    }

    @Test
    void givesUpOnALockedTableRatherThanHoldUpAllTraffic() throws SQLException {
        try (Connection busy = database.owner().getConnection()) {
            busy.setAutoCommit(false);
            ReviewedDatabase.first(busy, "select count(*) from user_sessions");
            assertThatThrownBy(
                            () -> MIGRATION.lockTimeout(Duration.ofMillis(50)).apply(database.owner()))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55P03"));
            busy.rollback();
        }
        assertThat(catalog(POLICIES)).isNull();
        assertThat(catalog(ROW_SECURITY)).isEqualTo("false false");
    }

    @Test
    void whoIsNotTheOwnerChangesNothing() throws SQLException {
        database.migrate(MIGRATION);
        assertThatThrownBy(() -> MIGRATION.undo(database.application()))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
        assertThat(catalog(ROW_SECURITY)).isEqualTo("true true");
    }

    @Test
    void aMissingTableIsToldAndNothingIsLeftHalfDone() throws SQLException {
        assertThatThrownBy(() -> MIGRATION.usersTable("people").apply(database.owner()))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42P01"))
                .hasMessageContaining("people");
        assertThat(catalog(ROW_SECURITY)).isEqualTo("false false");
    }

    @Test
    void anyNameWillDo() throws SQLException {
        database.asOwner("""
                create schema "Odd ""s"" schema";
                alter table user_sessions set schema "Odd ""s"" schema";
                alter table "Odd ""s"" schema".user_sessions rename to "User's Sessions";
                alter table "Odd ""s"" schema"."User's Sessions" rename user_id to "User Id";
                create schema people;
                alter table users set schema people;
                alter table people.users rename to "User's Sessions";
                alter table people."User's Sessions" rename id to "User Id";
                alter table people."User's Sessions" rename organization_id to "Org";
                """);
        database.asOwner("grant usage on schema people, \"Odd \"\"s\"\" schema\" to "
                + database.application().getUser());
        SessionPolicies odd = MIGRATION
                .sessionsTable("Odd \"s\" schema", "User's Sessions")
                .sessionUserColumn("User Id")
                .usersTable("people", "User's Sessions")
                .usersIdColumn("User Id")
                .usersOrganizationColumn("Org")
                .organizationSetting("My.org")
                .userSetting("My.usr");
        database.migrate(odd);

        String tokens = "select string_agg(session_token, ' ' order by session_token)"
                + " from \"Odd \"\"s\"\" schema\".\"User's Sessions\"";
        try (TenantDataSource bound = TenantDataSource.builder(database.application())
                        .organizationSetting("My.org")
                        .userSetting("My.usr")
                        .build();
                TenantContext.Scope scope = TenantContext.open(GLOBEX);
                Connection connection = bound.getConnection()) {
            assertThat(ReviewedDatabase.first(connection, tokens)).isEqualTo("carol-laptop carol-old");
        }
        odd.undo(database.owner());
    }

    private String catalog(String sql) throws SQLException {
        try (Connection connection = database.database().administrator().getConnection()) {
            return ReviewedDatabase.first(connection, sql);
        }
    }
}
