package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ALICE;
import static io.tenantdatasource.it.policy.ReviewedDatabase.BOB;
import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.policy.NarrowLookup;
import io.tenantdatasource.policy.SessionLogin;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.policy.SessionTokenHash;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Whoever reads and writes is held up by no more than the moment for which a migration holds its locks, and by no deadlock. */
@Timeout(180)
class NobodyIsHeldUpTest {

    private static final SessionPolicies THROUGH_USERS =
            SessionPolicies.throughUsers().batchPages(1);

    private static final SessionPolicies OWN_COLUMN =
            SessionPolicies.ownColumn().batchPages(1).batchPause(Duration.ZERO);

    /** Short turns for so long that they have not grown when the test is over. */
    private static final Duration PATIENTLY = Duration.ofSeconds(20);

    /**
     * The lock that the migration waits for, told by when it began to, and what it holds meanwhile in a mode that a reader or a
     * writer feels. All of it at one moment.
     */
    private static final String WAITING = """
            with locks as materialized (
              select pg_locks.* from pg_locks join pg_stat_activity using (pid)
              where usename = '%s' and pg_stat_activity.datname = current_database())
            select awaited.waitstart, (
                select string_agg(distinct held.mode || ' on ' || held.relation::regclass, ', ')
                from locks as held
                where held.pid = awaited.pid
                  and held.granted
                  and held.relation in ('user_sessions'::regclass, 'users'::regclass)
                  and held.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'))
            from locks as awaited
            where not awaited.granted and awaited.relation in ('user_sessions'::regclass, 'users'::regclass)""";

    @AutoClose
    private ItemsDatabase items;

    private ReviewedDatabase database;

    private PGSimpleDataSource owner;

    @BeforeEach
    void createTables() throws SQLException {
        items = new ItemsDatabase();
        database = items.reviewed();
        owner = database.owner();
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Each migration, in small turns of waiting. */
    enum Migrating {
        THROUGH_USERS,
        THROUGH_USERS_AT_ONCE,
        OWN_COLUMN,
        OWN_COLUMN_AT_ONCE,
        CLEANUP,
        LOGIN,
        LOGIN_AT_ONCE,
        LOGIN_BY_HASH,
        TOKEN_HASH,
        TOKEN_HASH_AT_ONCE,
        TABLE_OWN_COLUMN,
        TABLE_THROUGH_PARENT,
        LOOK_UP,
        LOOK_UP_OF_A_SECRET,
        LOOK_UP_OF_A_SECRET_AT_ONCE
    }

    private static final Duration SHORTLY = Duration.ofMillis(20);

    private static final NarrowLookup LOOK_UP = NarrowLookup.by("user_sessions", "session_token")
            .returning("user_id")
            .lockTimeout(SHORTLY);

    private Step apply(Migrating migrating) {
        SessionPolicies throughUsers = NobodyIsHeldUpTest.THROUGH_USERS.lockTimeout(SHORTLY);
        SessionPolicies ownColumn = NobodyIsHeldUpTest.OWN_COLUMN.lockTimeout(SHORTLY);
        return switch (migrating) {
            case THROUGH_USERS -> () -> throughUsers.apply(owner);
            case THROUGH_USERS_AT_ONCE -> () -> database.inOneTransaction(owner, throughUsers.sql());
            case OWN_COLUMN -> () -> ownColumn.apply(owner);
            case OWN_COLUMN_AT_ONCE -> () -> database.inOneTransaction(owner, ownColumn.sql());
            case CLEANUP -> () -> throughUsers.cleanupRole(cleanupRole()).apply(owner);
            case LOGIN -> () -> SessionLogin.byToken(throughUsers).apply(owner);
            case LOGIN_AT_ONCE ->
                () -> database.inOneTransaction(
                        owner, SessionLogin.byToken(throughUsers).sql());
            case LOGIN_BY_HASH ->
                () -> {
                    SessionTokenHash.of(throughUsers).apply(owner);
                    SessionLogin.byTokenHash(throughUsers).apply(owner);
                };
            case TOKEN_HASH -> () -> SessionTokenHash.of(throughUsers).apply(owner);
            case TOKEN_HASH_AT_ONCE ->
                () -> database.inOneTransaction(
                        owner, SessionTokenHash.of(throughUsers).sql());
            case TABLE_OWN_COLUMN ->
                () -> TablePolicies.ownColumn("items")
                        .view("names")
                        .lockTimeout(SHORTLY)
                        .apply(owner);
            case TABLE_THROUGH_PARENT ->
                () -> TablePolicies.throughParent("items", "invoices")
                        .on("invoice_id", "id")
                        .userColumn("user_id")
                        .lockTimeout(SHORTLY)
                        .apply(owner);
            case LOOK_UP -> () -> LOOK_UP.apply(owner);
            case LOOK_UP_OF_A_SECRET -> () -> LOOK_UP.secret().apply(owner);
            case LOOK_UP_OF_A_SECRET_AT_ONCE ->
                () -> database.inOneTransaction(owner, LOOK_UP.secret().sql());
        };
    }

    private Step undo(Migrating migrating) {
        SessionPolicies throughUsers = NobodyIsHeldUpTest.THROUGH_USERS.lockTimeout(SHORTLY);
        SessionPolicies ownColumn = NobodyIsHeldUpTest.OWN_COLUMN.lockTimeout(SHORTLY);
        return switch (migrating) {
            case THROUGH_USERS, THROUGH_USERS_AT_ONCE, CLEANUP -> () -> throughUsers.undo(owner);
            case OWN_COLUMN, OWN_COLUMN_AT_ONCE -> () -> ownColumn.undo(owner);
            case LOGIN, LOGIN_AT_ONCE ->
                () -> SessionLogin.byToken(throughUsers).undo(owner);
            case LOGIN_BY_HASH ->
                () -> {
                    SessionLogin.byTokenHash(throughUsers).undo(owner);
                    SessionTokenHash.of(throughUsers).undo(owner);
                };
            case TOKEN_HASH, TOKEN_HASH_AT_ONCE ->
                () -> SessionTokenHash.of(throughUsers).undo(owner);
            case TABLE_OWN_COLUMN, TABLE_THROUGH_PARENT ->
                () -> TablePolicies.ownColumn("items").lockTimeout(SHORTLY).undo(owner);
            case LOOK_UP, LOOK_UP_OF_A_SECRET, LOOK_UP_OF_A_SECRET_AT_ONCE -> () -> LOOK_UP.undo(owner);
        };
    }

    private String cleanupRole() {
        return "cleanup of " + database.application().getUser();
    }

    @ParameterizedTest
    @EnumSource
    void aRunThatHasNothingToDoIsNotStoppedByWhoeverWrites(Migrating migrating) throws Exception {
        items.asOwner("create view names as select name from items");
        apply(migrating).run();
        String after = items.dump();
        try (Connection writer = writer()) {
            apply(migrating).run();
            assertThat(items.dump()).isEqualTo(after);
            writer.rollback();
        }
        undo(migrating).run();
        try (Connection writer = writer()) {
            undo(migrating).run();
            writer.rollback();
        }
    }

    /** In the strongest mode that reading and writing take. */
    private Connection writer() throws SQLException {
        Connection writer = database.database().administrator().getConnection();
        writer.setAutoCommit(false);
        execute(writer, "lock table users, user_sessions, invoices, items in row exclusive mode");
        return writer;
    }

    /** Each of them takes a lock on the users, or did. */
    enum Move {
        FIRST_RUN,
        OVER_THROUGH_USERS,
        BACK_TO_THROUGH_USERS,
        UNDO
    }

    /**
     * A transaction that has changed a user, and goes on to sessions: who waits for it with the sessions in hand stops all, and
     * dies or kills with it.
     */
    @ParameterizedTest
    @EnumSource
    void whileItWaitsForTheUsersTheSessionsAreFree(Move move) throws Exception {
        String user = "update users set email = 'new' where id = '" + ALICE + "'";
        String session = "update user_sessions set ip_address = 'r' where session_token = 'alice-phone'";
        isHeldUpByOneOnly(move, user, session);
    }

    /** The other way round, so that no order of the two tables will do. */
    @ParameterizedTest
    @EnumSource
    void whileItWaitsForTheSessionsTheUsersAreFree(Move move) throws Exception {
        String user = "update users set email = 'new' where id = '" + ALICE + "'";
        String session = "update user_sessions set ip_address = 'r' where session_token = 'carol-old'";
        isHeldUpByOneOnly(move, session, user);
    }

    /** The transaction begins with the first statement and ends with the second, which everybody else runs meanwhile. */
    private void isHeldUpByOneOnly(Move move, String first, String second) throws Exception {
        Step migration = prepare(move);
        try (Connection busy = database.database().administrator().getConnection();
                Connection other = database.database().administrator().getConnection()) {
            busy.setAutoCommit(false);
            execute(busy, first);
            Future<?> migrating = inBackground(migration);

            Waits waits = new Waits();
            AtomicBoolean stopped = new AtomicBoolean();
            Future<?> watching = inBackground(() -> watch(stopped, waits));
            for (int i = 0; i < 60 || waits.turns.size() < 5; i++) {
                execute(other, second);
                ReviewedDatabase.first(other, "select count(*) from user_sessions join users on users.id = user_id");
                assertThat(migrating).as("it has to wait for the transaction").isNotDone();
                assertThat(watching).as("it is watched").isNotDone();
            }
            stopped.set(true);
            watching.get(60, TimeUnit.SECONDS);
            assertThat(waits.heldMeanwhile).as("held while it waits").isEmpty();
            assertThat(waits.whileQueued)
                    .as("sightings in the queue, where others are behind it, of %d turns", waits.turns.size())
                    .isLessThan(waits.sightings / 2);

            execute(busy, second);
            busy.commit();
            migrating.get(60, TimeUnit.SECONDS);
        }
    }

    /** The users' index is there, as it is built concurrently, and would wait for the transaction: with no lock in hand. */
    private Step prepare(Move move) throws SQLException {
        String index = "create unique index user_sessions_users_key on users (id, organization_id)";
        switch (move) {
            case FIRST_RUN -> database.asOwner(index);
            case OVER_THROUGH_USERS -> {
                database.asOwner(index);
                THROUGH_USERS.apply(owner);
            }
            case BACK_TO_THROUGH_USERS -> {
                OWN_COLUMN.apply(owner);
                THROUGH_USERS.apply(owner);
            }
            case UNDO -> OWN_COLUMN.apply(owner);
        }
        SessionPolicies patient = OWN_COLUMN.lockTimeout(PATIENTLY);
        return switch (move) {
            case FIRST_RUN, OVER_THROUGH_USERS -> () -> patient.apply(owner);
            case BACK_TO_THROUGH_USERS, UNDO -> () -> patient.undo(owner);
        };
    }

    /** What somebody else sees of the migration, who is never held up. */
    private static final class Waits {
        private final Set<String> turns = ConcurrentHashMap.newKeySet();
        private final Set<String> heldMeanwhile = ConcurrentHashMap.newKeySet();
        private int sightings;
        private int whileQueued;
    }

    private void watch(AtomicBoolean stopped, Waits waits) throws SQLException, InterruptedException {
        try (Connection onlooker = database.database().administrator().getConnection();
                PreparedStatement query = onlooker.prepareStatement(WAITING.formatted(owner.getUser()))) {
            while (!stopped.get()) {
                waits.sightings++;
                try (ResultSet waiting = query.executeQuery()) {
                    if (waiting.next()) {
                        waits.whileQueued++;
                        Optional.ofNullable(waiting.getString(1)).ifPresent(waits.turns::add);
                        Optional.ofNullable(waiting.getString(2)).ifPresent(waits.heldMeanwhile::add);
                    }
                }
                Thread.sleep(5);
            }
        }
    }

    /** Users first, sessions first, in one transaction each; a user who moves to and fro; and whoever only looks. */
    @Test
    void nobodyDiesOfADeadlockFromTheFirstRunToTheUndo() throws Exception {
        database.asOwner("insert into user_sessions (session_token, user_id) select 'many-' || n, '" + ALICE
                + "' from generate_series(1, 3000) as n");
        AtomicBoolean stopped = new AtomicBoolean();
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<Void>> traffic = new ArrayList<>();
        traffic.add(threads.submit(repeat(
                stopped,
                "update users set email = 'a' where id = '" + ALICE + "'",
                "select count(*) from user_sessions",
                "update user_sessions set ip_address = 'a' where session_token = 'many-17'")));
        traffic.add(threads.submit(repeat(
                stopped,
                "select count(*) from user_sessions",
                "update user_sessions set ip_address = 'b' where session_token = 'many-2900'",
                "select count(*) from users",
                "update users set email = 'b' where id = '" + ReviewedDatabase.CAROL + "'")));
        traffic.add(threads.submit(repeat(
                stopped,
                "update users set organization_id = '" + GLOBEX.organizationId() + "' where id = '" + BOB + "'")));
        traffic.add(threads.submit(repeat(
                stopped,
                "update users set organization_id = '" + ACME.organizationId() + "' where id = '" + BOB + "'",
                "insert into user_sessions (session_token, user_id) values ('x-' || gen_random_uuid(), '" + BOB
                        + "')")));
        try {
            THROUGH_USERS.apply(owner);
            THROUGH_USERS.apply(owner);
            OWN_COLUMN.apply(owner);
            OWN_COLUMN.apply(owner);
            THROUGH_USERS.apply(owner);
            OWN_COLUMN.undo(owner);
            THROUGH_USERS.undo(owner);
            OWN_COLUMN.apply(owner);
            OWN_COLUMN.undo(owner);
        } finally {
            stopped.set(true);
            threads.shutdown();
        }
        for (Future<Void> worker : traffic) {
            worker.get(60, TimeUnit.SECONDS);
        }
    }

    private Callable<Void> repeat(AtomicBoolean stopped, String... transaction) {
        return () -> {
            try (Connection connection = database.database().administrator().getConnection()) {
                connection.setAutoCommit(false);
                while (!stopped.get()) {
                    long beganAt = System.nanoTime();
                    for (String sql : transaction) {
                        execute(connection, sql);
                    }
                    connection.commit();
                    // At any speed there are moments without a transaction: there is no lock for us without one.
                    Thread.sleep(10
                            + 3 * Duration.ofNanos(System.nanoTime() - beganAt).toMillis());
                }
                return null;
            }
        };
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Future<?> inBackground(Step step) {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<?> future = thread.submit(() -> {
            step.run();
            return null;
        });
        thread.shutdown();
        return future;
    }
}
