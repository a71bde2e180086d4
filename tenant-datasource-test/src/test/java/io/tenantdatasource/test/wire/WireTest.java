package io.tenantdatasource.test.wire;

import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.TestDatabase;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import javax.sql.PooledConnection;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGConnectionPoolDataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;

class WireTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    private final PGSimpleDataSource server = DATABASE.administrator();

    @AutoClose
    private final Wire wire = Wire.before(server);

    @BeforeAll
    static void createTable() {
        DATABASE.execute("create table note (text text)");
    }

    @BeforeEach
    void emptyTable() {
        DATABASE.execute("truncate note");
    }

    private static String notes() throws SQLException {
        return Sql.query(DATABASE.administrator(), "select count(*) from note");
    }

    private Connection checkout(TenantBinding binding) throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(ACME)) {
            return TenantDataSource.builder(server)
                    .binding(binding)
                    .databaseCheck(false)
                    .build()
                    .getConnection();
        }
    }

    private static void assertBroken(Connection connection) {
        assertThatThrownBy(() -> Sql.query(connection, "select 1")).isInstanceOf(SQLException.class);
    }

    @Test
    void carriesEverythingAsLongAsNothingIsWrong() throws SQLException {
        assertThat(Sql.query(server, "select 'hello'")).isEqualTo("hello");
    }

    @Test
    void aDelayIsTakenEachWay() throws SQLException {
        try (Connection connection = server.getConnection()) {
            Sql.query(connection, "select 1");
            wire.delay(Duration.ofMillis(100));
            long start = System.nanoTime();
            Sql.query(connection, "select 2");

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    /** A network of some length has room for more than one packet at a time: one by one, these would take minutes. */
    @Test
    void aDelayIsTakenOnceHoweverMuchIsSent() throws SQLException {
        try (Connection connection = server.getConnection()) {
            wire.delay(Duration.ofSeconds(1));
            long start = System.nanoTime();
            String large = Sql.query(connection, "select repeat('x', 10000000)");

            assertThat(large).hasSize(10_000_000);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(1));
        }
    }

    @Test
    void bytesKeepTheirOrderWhenADelayIsTakenAway() throws SQLException {
        byte[] sent = new byte[1_000_000];
        Arrays.fill(sent, (byte) 7);
        try (Connection connection = server.getConnection();
                PreparedStatement statement = connection.prepareStatement("select octet_length(?)")) {
            for (int i = 0; i < 20; i++) {
                wire.delay(i % 2 == 0 ? Duration.ZERO : Duration.ofMillis(5));
                statement.setBytes(1, sent);
                assertThat(statement.executeQuery().next()).isTrue();
            }
        }
    }

    @Test
    void aNegativeDelayIsRefused() {
        assertThatThrownBy(() -> wire.delay(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void allConnectionsAreCutAndNewOnesAreNot() throws SQLException {
        try (Connection first = server.getConnection();
                Connection second = server.getConnection()) {
            wire.cut();

            assertBroken(first);
            assertBroken(second);
            assertThat(Sql.query(server, "select 'new'")).isEqualTo("new");
        }
    }

    @RepeatedTest(20) // the system goes on listening for a moment
    void newConnectionsAreRefusedAndOldOnesGoOn() throws SQLException {
        try (Connection old = server.getConnection()) {
            wire.refuse();

            SQLException refusal = catchThrowableOfType(SQLException.class, server::getConnection);
            assertThat(refusal.getSQLState()).isEqualTo("08001");
            assertThat(Sql.query(old, "select 'old'")).isEqualTo("old");

            wire.accept();
            assertThat(Sql.query(server, "select 'again'")).isEqualTo("again");
        }
    }

    @Test
    void whoeverWaitsForAStalledWireGoesOnWaitingUntilItIsResumed() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Connection connection = server.getConnection()) {
            wire.stall();
            Future<String> answer = thread.submit(() -> Sql.query(connection, "select 'late'"));

            assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            wire.resume();
            assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("late");
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void theDriversTimeoutEndsTheWaitForAStalledWire() throws SQLException {
        server.setSocketTimeout(1);
        try (Connection connection = server.getConnection()) {
            wire.stall();
            assertBroken(connection);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = PreferQueryMode.class,
            names = {"EXTENDED", "SIMPLE"})
    void theServerNeverSeesTheStatementAtWhichAConnectionIsCut(PreferQueryMode mode) throws SQLException {
        server.setPreferQueryMode(mode);
        try (Connection connection = server.getConnection()) {
            wire.cutAt(sql -> sql.startsWith("insert"));

            assertThatThrownBy(() -> Sql.execute(connection, "insert into note values ('lost')"))
                    .isInstanceOf(SQLException.class);
            assertBroken(connection);
        }
        assertThat(notes()).isEqualTo("0");
        assertThat(Sql.query(server, "insert into note values ('once only') returning text"))
                .isEqualTo("once only");
    }

    @ParameterizedTest
    @EnumSource(
            value = PreferQueryMode.class,
            names = {"EXTENDED", "SIMPLE"})
    void theServerHasRunTheStatementWhoseAnswerIsLost(PreferQueryMode mode) throws SQLException {
        server.setPreferQueryMode(mode);
        try (Connection connection = server.getConnection()) {
            wire.cutAfter(sql -> sql.startsWith("insert"));

            assertThatThrownBy(() -> Sql.execute(connection, "insert into note values ('there')"))
                    .isInstanceOf(SQLException.class);
            assertBroken(connection);
        }
        assertThat(notes()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whetherATransactionWasCommittedIsInDoubt(boolean committed) throws SQLException {
        try (Connection connection = server.getConnection()) {
            connection.setAutoCommit(false);
            Sql.execute(connection, "insert into note values ('in doubt')");
            if (committed) {
                wire.cutAfter("COMMIT"::equals);
            } else {
                wire.cutAt("COMMIT"::equals);
            }

            assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        }
        assertThat(notes()).isEqualTo(committed ? "1" : "0");
    }

    @ParameterizedTest
    @EnumSource(
            value = PreferQueryMode.class,
            names = {"EXTENDED", "SIMPLE"})
    void aStatementFailsOnAConnectionThatLivesOn(PreferQueryMode mode) throws SQLException {
        server.setPreferQueryMode(mode);
        try (Connection connection = server.getConnection()) {
            connection.setAutoCommit(false);
            Sql.execute(connection, "insert into note values ('rolled back')");
            wire.failAt(sql -> sql.startsWith("insert"), "40001");

            assertThatThrownBy(() -> Sql.execute(connection, "insert into note values ('never there')"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
            assertThatThrownBy(() -> Sql.query(connection, "select 1"))
                    .as("the transaction has failed")
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25P02"));
            connection.rollback();
            assertThat(Sql.query(connection, "select 'lives'")).isEqualTo("lives");
        }
        assertThat(notes()).isEqualTo("0");
    }

    @Test
    void aStatementOfABatchFails() throws SQLException {
        try (Connection connection = server.getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into note values (?)")) {
            wire.failAt(sql -> sql.startsWith("insert"), "23505");
            for (String text : new String[] {"a", "b"}) {
                insert.setString(1, text);
                insert.addBatch();
            }

            assertThatThrownBy(insert::executeBatch)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
            insert.setString(1, "c");
            insert.executeUpdate();
        }
        assertThat(notes()).isEqualTo("1");
    }

    @Test
    void whatIsNoSqlStateIsRefused() {
        assertThatThrownBy(() -> wire.failAtBind("broken")).hasMessageContaining("XX000");
    }

    /** Goes red when the texts of the core become others than those that this package knows. */
    @Test
    void diesWhenItIsBoundAtCheckout() throws SQLException {
        wire.dieAtBind();

        assertThatThrownBy(() -> checkout(TenantBinding.CHECKOUT)).hasMessageContaining("Could not bind");

        checkout(TenantBinding.CHECKOUT).close();
    }

    /** Goes red when the texts of the core become others than those that this package knows. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void diesWhenAStatementCarriesTheTenant(boolean prepared) throws SQLException {
        wire.dieAtBind();
        Connection connection = checkout(TenantBinding.TRANSACTION);

        assertThatThrownBy(() -> {
                    if (prepared) {
                        Sql.prepared(connection, "insert into note values (?)", "text");
                    } else {
                        Sql.execute(connection, "insert into note values ('text')");
                    }
                })
                .hasMessageContaining("Could not bind");

        assertThat(connection.isClosed()).isTrue();
        assertThat(notes()).isEqualTo("0");
    }

    /** Goes red when the texts of the core become others than those that this package knows. */
    @Test
    void diesWhenTheSessionIsToldDuringACheckout() throws SQLException {
        wire.dieAtBind();
        Connection connection = checkout(TenantBinding.TRANSACTION);

        assertThatThrownBy(() -> connection.unwrap(PGConnection.class)).isInstanceOf(SQLException.class);

        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void diesWhenItIsResetAfterACheckout() throws SQLException {
        wire.dieAtReset();
        Connection connection = checkout(TenantBinding.CHECKOUT);
        assertThat(Sql.query(connection, Sql.ORGANIZATION)).isEqualTo(ACME.organizationId());

        assertThatThrownBy(connection::close).hasMessageContaining("Could not reset");
    }

    @Test
    void diesWhenASessionIsResetThatWasToldDuringACheckout() throws SQLException {
        wire.dieAtReset();
        Connection connection = checkout(TenantBinding.TRANSACTION);
        connection.unwrap(PGConnection.class);

        assertThatThrownBy(connection::close).hasMessageContaining("Could not reset");
    }

    @Test
    void findsEachBindingAndEachResetOfAConnectionThatIsUsedAgain() throws SQLException {
        PGConnectionPoolDataSource single = new PGConnectionPoolDataSource();
        single.setURL(server.getURL());
        single.setUser(server.getUser());
        single.setPassword(server.getPassword());
        PooledConnection physical = single.getPooledConnection();
        TenantDataSource dataSource =
                TenantDataSource.builder(poolOf(physical)).databaseCheck(false).build();
        for (int i = 0; i < 3; i++) {
            dataSource.getConnection().close();
        }

        wire.dieAtReset();
        Connection connection = dataSource.getConnection();

        assertThatThrownBy(connection::close).hasMessageContaining("Could not reset");
    }

    /** Lends the same connection again and again. */
    private static DataSource poolOf(PooledConnection physical) {
        return (DataSource) Proxy.newProxyInstance(
                WireTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (self, method, args) ->
                        method.getName().equals("getConnection") ? physical.getConnection() : (Object) false);
    }

    @ParameterizedTest
    @EnumSource
    void failsToBindOnAConnectionThatLivesOn(TenantBinding binding) {
        wire.failAtBind("XX000");

        SQLException error = catchThrowableOfType(SQLException.class, () -> {
            try (Connection connection = checkout(binding)) {
                Sql.execute(connection, "insert into note values ('text')");
            }
        });

        assertThat((Throwable) error).hasMessageContaining("Could not bind").hasMessageContaining("destroyed");
        assertThat(error.getSQLState()).isEqualTo("XX000");
    }

    @Test
    void failsToResetOnAConnectionThatLivesOn() throws SQLException {
        wire.failAtReset("XX000");
        Connection connection = checkout(TenantBinding.CHECKOUT);

        assertThatThrownBy(connection::close)
                .hasMessageContaining("Could not reset")
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("XX000"));
    }

    @Test
    void healsOfEverything() throws SQLException {
        wire.dieAtBind();
        wire.cutAt(sql -> true);
        wire.delay(Duration.ofHours(1));
        wire.stall();
        wire.refuse();

        wire.heal();

        checkout(TenantBinding.CHECKOUT).close();
    }

    @Test
    void twoCanBePutOneBeforeTheOther() throws SQLException {
        try (StatementRecorder recorder = StatementRecorder.before(server)) {
            wire.failAt(sql -> sql.equals("select 1"), "XX000");

            assertThatThrownBy(() -> Sql.query(server, "select 1")).isInstanceOf(SQLException.class);
            assertThat(Sql.query(server, "select 2")).isEqualTo("2");

            assertThat(recorder.recording().queries())
                    .extracting(RecordedStatement::failed)
                    .containsExactly(true, false);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsItsThreadsAndConnectionsWhenItIsClosed(boolean stalled) throws SQLException {
        try (Connection connection = server.getConnection()) {
            assertThat(wire.connections()).isEqualTo(1);
            if (stalled) {
                wire.stall();
            }
            wire.close();

            assertBroken(connection);
        }
        assertThat(wire.connections()).isZero();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("wire-" + server.getPortNumbers()[0]));
    }
}
