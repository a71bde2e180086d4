package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ALICE;
import static io.tenantdatasource.it.policy.ReviewedDatabase.CAROL;
import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.policy.SessionPolicies;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The organization's own column: the database itself keeps it that of the session's user. */
@Timeout(60)
class OwnColumnTest {

    private static final SessionPolicies MIGRATION = SessionPolicies.ownColumn();

    private static final String ORGANIZATION_OF =
            "select organization_id from user_sessions where session_token = '%s'";

    @AutoClose
    private ReviewedDatabase database;

    @BeforeEach
    void createTables() {
        database = new ReviewedDatabase();
    }

    @Test
    void existingSessionsGetTheOrganizationOfTheirUser() throws SQLException {
        database.migrate(MIGRATION);
        assertThat(organizationOf("alice-phone")).isEqualTo(ACME.organizationId());
        assertThat(organizationOf("carol-old")).isEqualTo(GLOBEX.organizationId());
        assertThat(organizationOf("nobody")).isNull();
    }

    @Test
    void aNewSessionGetsTheOrganizationOfItsUserWhoeverInsertsIt() throws SQLException {
        database.migrate(MIGRATION);
        insert("by-administrator", CAROL.toString(), null);
        assertThat(organizationOf("by-administrator")).isEqualTo(GLOBEX.organizationId());
        database.update(ACME, "insert into user_sessions (session_token, user_id) values ('new', '" + ALICE + "')");
        assertThat(organizationOf("new")).isEqualTo(ACME.organizationId());
    }

    @Test
    void aSessionCannotNameAnotherOrganizationThanItsUsers() throws SQLException {
        database.migrate(MIGRATION);
        assertFails("23503", () -> insert("forged", CAROL.toString(), ACME.organizationId()));
        assertFails(
                "23503",
                () -> database.asAdministrator("update user_sessions set organization_id = '" + ACME.organizationId()
                        + "' where session_token = 'carol-old'"));
        assertThat(mismatches()).isEqualTo("0");
    }

    @Test
    void aForeignUsersSessionIsRefusedToTheApplicationHoweverItIsNamed() throws SQLException {
        database.migrate(MIGRATION);
        String insert = "insert into user_sessions (session_token, user_id, organization_id) values ('x', '%s', '%s')";
        assertFails("42501", () -> database.update(ACME, insert.formatted(CAROL, GLOBEX.organizationId())));
        assertFails("23503", () -> database.update(ACME, insert.formatted(CAROL, ACME.organizationId())));
    }

    @Test
    void aSessionThatChangesItsUserChangesItsOrganization() throws SQLException {
        database.migrate(MIGRATION);
        database.asAdministrator(
                "update user_sessions set user_id = '" + ALICE + "' where session_token = 'carol-old'");
        assertThat(organizationOf("carol-old")).isEqualTo(ACME.organizationId());
        assertThat(mismatches()).isEqualTo("0");
    }

    @Test
    void sessionsMoveToAnotherOrganizationWithTheirUser() throws SQLException {
        database.migrate(MIGRATION);
        move(ALICE.toString(), GLOBEX.organizationId());
        assertThat(database.tokens(ACME)).isEqualTo("bob-laptop");
        assertThat(database.tokens(GLOBEX)).isEqualTo("alice-old alice-phone carol-laptop carol-old");
    }

    @Test
    void aSessionThatIsBeingInsertedWhileItsUserMovesMovesAlong() throws Exception {
        database.migrate(MIGRATION);
        try (Connection inserting = database.database().administrator().getConnection()) {
            inserting.setAutoCommit(false);
            run(inserting, "insert into user_sessions (session_token, user_id) values ('late', '" + ALICE + "')");
            Future<?> moving = inBackground(() -> move(ALICE.toString(), GLOBEX.organizationId()));
            awaitLockOf(moving);
            inserting.commit();
            moving.get(30, TimeUnit.SECONDS);
        }
        assertThat(organizationOf("late")).isEqualTo(GLOBEX.organizationId());
    }

    /** A trigger that looked for sessions to take along would miss one that its snapshot does not show. */
    @Test
    void aMoveThatCannotSeeANewSessionTakesItAlongOrFails() throws Exception {
        database.migrate(MIGRATION);
        try (Connection moving = database.database().administrator().getConnection()) {
            moving.setAutoCommit(false);
            moving.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            ReviewedDatabase.first(moving, "select count(*) from user_sessions");
            insert("unseen", ALICE.toString(), null);
            try {
                run(
                        moving,
                        "update users set organization_id = '" + GLOBEX.organizationId() + "' where id = '" + ALICE
                                + "'");
                moving.commit();
            } catch (SQLException refused) {
                assertThat(refused.getSQLState()).isEqualTo("40001");
            }
        }
        assertThat(mismatches()).isEqualTo("0");
    }

    @Test
    void aSessionOfAUserWhoIsMovingAwayWaitsAndGetsTheNewOrganizationOrIsRefused() throws Exception {
        database.migrate(MIGRATION);
        try (Connection moving = database.database().administrator().getConnection()) {
            moving.setAutoCommit(false);
            run(
                    moving,
                    "update users set organization_id = '" + GLOBEX.organizationId() + "' where id = '" + ALICE + "'");
            Future<?> inserting = inBackground(() -> insert("late", ALICE.toString(), null));
            awaitLockOf(inserting);
            moving.commit();
            assertThatThrownBy(() -> inserting.get(30, TimeUnit.SECONDS))
                    .hasStackTraceContaining("user_sessions_organization_fkey");
        }
        insert("late", ALICE.toString(), null);
        assertThat(organizationOf("late")).isEqualTo(GLOBEX.organizationId());
        assertThat(mismatches()).isEqualTo("0");
    }

    @Test
    void aSessionWithoutAUserBelongsToNoOrganization() throws SQLException {
        database.migrate(MIGRATION);
        insert("anonymous", null, null);
        assertThat(organizationOf("anonymous")).isNull();
        assertFails("23514", () -> insert("forged", null, ACME.organizationId()));
        assertFails("42501", () -> database.update(ACME, "insert into user_sessions (session_token) values ('x')"));
        database.asAdministrator("update user_sessions set user_id = null where session_token = 'alice-phone'");
        assertThat(organizationOf("alice-phone")).isNull();
        database.asAdministrator("update user_sessions set user_id = '" + ALICE + "' where session_token = 'nobody'");
        assertThat(organizationOf("nobody")).isEqualTo(ACME.organizationId());
    }

    @Test
    void whereEachSessionHasAUserTheColumnIsNotNull() throws SQLException {
        database.asOwner("delete from user_sessions where user_id is null;"
                + " alter table user_sessions alter user_id set not null");
        database.migrate(MIGRATION);
        assertThat(database.catalog("select attnotnull from pg_attribute where attname = 'organization_id'"
                        + " and attrelid = 'user_sessions'::regclass"))
                .isEqualTo("t");
        MIGRATION.apply(database.owner());
    }

    @Test
    void sessionsOfADeletedUserGoOrStayAsTheyDidBefore() throws SQLException {
        database.migrate(MIGRATION);
        database.asAdministrator("delete from users where id = '" + ALICE + "'");
        assertThat(database.tokens(ACME)).isEqualTo("bob-laptop");
    }

    @Test
    void sessionsThatWereToStayWithoutTheirUserLoseTheirOrganizationWithThem() throws SQLException {
        database.asOwner("""
                alter table user_sessions drop constraint user_sessions_user_id_fkey;
                alter table user_sessions add foreign key (user_id) references users (id) on delete set null""");
        database.migrate(MIGRATION);
        database.asAdministrator("delete from users where id = '" + ALICE + "'");
        assertThat(database.tokens(ACME)).isEqualTo("bob-laptop");
        assertThat(organizationOf("alice-phone")).isNull();
    }

    @Test
    void deletingAUserWithSessionsIsRefusedWhereItWas() throws SQLException {
        database.asOwner("""
                alter table user_sessions drop constraint user_sessions_user_id_fkey;
                alter table user_sessions add foreign key (user_id) references users (id)""");
        database.migrate(MIGRATION);
        assertFails("23503", () -> database.asAdministrator("delete from users where id = '" + ALICE + "'"));
    }

    @Test
    void sessionsOfUsersWhoDoNotExistStopItAndAreTold() throws SQLException {
        database.asOwner("alter table user_sessions drop constraint user_sessions_user_id_fkey");
        database.asOwner("insert into user_sessions (session_token, user_id) values ('orphan', gen_random_uuid())");
        assertThatThrownBy(() -> database.migrate(MIGRATION))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23503"))
                .hasMessageContaining(
                        "1 rows of table public.user_sessions name a row of public.users that does not exist")
                .hasMessageContaining("Delete them");
        database.asOwner("delete from user_sessions where session_token = 'orphan'");
        database.migrate(MIGRATION);
        assertThat(mismatches()).isEqualTo("0");
    }

    @Test
    void theLastStepRefusesAColumnThatIsNotProven() throws SQLException {
        database.migrate(MIGRATION);
        SessionPolicies.throughUsers().apply(database.owner());
        database.asOwner("""
                alter table user_sessions drop constraint user_sessions_organization_check;
                alter table user_sessions add constraint user_sessions_organization_check
                  check ((user_id is null) = (organization_id is null)) not valid""");
        String lastStep = MIGRATION.sql().substring(MIGRATION.sql().indexOf("-- Last step"));
        assertFails("55000", () -> database.inOneTransaction(database.owner(), lastStep));
        assertThat(database.catalog("select qual from pg_policies where policyname = 'user_sessions_select_policy'"))
                .contains("users");
    }

    @Test
    void aColumnThatTheApplicationFillsAlreadyIsKept() throws SQLException {
        database.asOwner("alter table user_sessions add organization_id uuid");
        database.migrate(MIGRATION);
        assertThat(database.tokens(GLOBEX)).isEqualTo("carol-laptop carol-old");
        MIGRATION.undo(database.owner());
        assertThat(organizationOf("carol-old")).isEqualTo(GLOBEX.organizationId());
    }

    @Test
    void aColumnOfAnotherTypeIsRefused() throws SQLException {
        database.asOwner("alter table user_sessions add organization_id text");
        assertFails("42804", () -> MIGRATION.apply(database.owner()));
    }

    @Test
    void aPartitionedTableIsRefused() throws SQLException {
        database.asOwner("""
                drop table user_sessions;
                create table user_sessions (session_token text, user_id uuid references users) partition by hash (user_id);
                create table part partition of user_sessions for values with (modulus 1, remainder 0)""");
        assertFails("0A000", () -> MIGRATION.apply(database.owner()));
    }

    @Test
    void inOneTransactionItComesToTheSame() throws SQLException {
        MIGRATION.apply(database.owner());
        String inSteps = SchemaDump.of(database.database().administrator());
        MIGRATION.undo(database.owner());
        database.inOneTransaction(database.owner(), MIGRATION.sql());
        assertThat(SchemaDump.of(database.database().administrator())).isEqualTo(inSteps);
        assertThat(mismatches()).isEqualTo("0");
    }

    private String organizationOf(String token) throws SQLException {
        return database.catalog(ORGANIZATION_OF.formatted(token));
    }

    private String mismatches() throws SQLException {
        return database.catalog("""
                select count(*) from user_sessions s left join users u on u.id = s.user_id
                where s.organization_id is distinct from u.organization_id""");
    }

    private void insert(String token, String user, String organization) {
        database.asAdministrator("insert into user_sessions (session_token, user_id, organization_id) values ("
                + literal(token) + ", " + literal(user) + ", " + literal(organization) + ")");
    }

    private static String literal(String value) {
        return value == null ? "null" : "'" + value + "'";
    }

    private void move(String user, String organization) {
        database.asAdministrator("update users set organization_id = '" + organization + "' where id = '" + user + "'");
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Future<?> inBackground(Runnable task) {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<?> future = thread.submit(task);
        thread.shutdown();
        return future;
    }

    private void awaitLockOf(Future<?> waiting) throws SQLException {
        while (database.catalog("select pid from pg_stat_activity where wait_event_type = 'Lock'"
                        + " and datname = current_database()")
                == null) {
            assertThat(waiting).as("it has to wait for the other one").isNotDone();
        }
    }

    private static void assertFails(String sqlState, ThrowingCallable call) {
        assertThatThrownBy(call).satisfies(thrown -> {
            Throwable failure = thrown instanceof SQLException ? thrown : thrown.getCause();
            assertThat(failure)
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState())
                                    .as("%s", e.getMessage())
                                    .isEqualTo(sqlState));
        });
    }
}
