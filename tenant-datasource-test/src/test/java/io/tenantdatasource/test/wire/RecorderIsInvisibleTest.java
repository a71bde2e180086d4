package io.tenantdatasource.test.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.test.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;
import org.postgresql.util.PSQLException;

/** The driver notices nothing of a recorder, and the server is asked in round trips that there are anyway. */
class RecorderIsInvisibleTest {

    private static final int LARGE = 10 * 1024 * 1024;

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    private final PGSimpleDataSource server = DATABASE.administrator();

    @AutoClose
    private final RoundTripRecorder behind = RoundTripRecorder.before(server);

    @AutoClose
    private final StatementRecorder recorder = StatementRecorder.before(server);

    @BeforeAll
    static void createTable() {
        DATABASE.execute("create table item (id int primary key, text text, data bytea)");
    }

    @BeforeEach
    void fillTable() {
        DATABASE.execute("truncate item; insert into item select n, 'item ' || n from generate_series(1, 100) n");
    }

    private static void doAllSorts(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        Sql.query(connection, "select 1");
        Savepoint savepoint = connection.setSavepoint();
        assertThatThrownBy(() -> Sql.query(connection, "select 1 / 0")).isInstanceOf(SQLException.class);
        connection.rollback(savepoint);
        try (PreparedStatement update = connection.prepareStatement("update item set text = ? where id = ?")) {
            for (int i = 1; i <= 20; i++) {
                update.setString(1, "changed");
                update.setInt(2, i);
                update.addBatch();
            }
            assertThat(update.executeBatch()).hasSize(20).containsOnly(1);
        }
        connection.commit();
        connection.setAutoCommit(true);
        Sql.execute(connection, "select 1; select 2; select 3");
        Sql.prepared(connection, "select text from item where id = ?", 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = PreferQueryMode.class,
            names = {"EXTENDED", "EXTENDED_FOR_PREPARED", "EXTENDED_CACHE_EVERYTHING", "SIMPLE"})
    void addsNoRoundTripAndCountsThemAsTheyAre(PreferQueryMode mode) throws SQLException {
        server.setPreferQueryMode(mode);
        PGSimpleDataSource direct = DATABASE.administrator();
        direct.setPreferQueryMode(mode);
        try (RoundTripRecorder alone = RoundTripRecorder.before(direct);
                Connection directConnection = direct.getConnection();
                Connection connection = server.getConnection()) {
            long start = alone.roundTrips();
            doAllSorts(directConnection);
            long expected = alone.roundTrips() - start;

            long startBehind = behind.roundTrips();
            Recording recording = recorder.record(() -> doAllSorts(connection));

            assertThat(behind.roundTrips() - startBehind)
                    .as("between recorder and server")
                    .isEqualTo(expected);
            assertThat(recording.roundTrips()).isEqualTo((int) expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.0", "3.2"})
    void eitherVersionOfTheProtocolIsUnderstood(String version) throws SQLException {
        server.setProperty("protocolVersion", version);

        try (Connection connection = server.getConnection()) {
            doAllSorts(connection);
        }

        assertThat(recorder.recording().organizations()).containsOnly("");
    }

    @Test
    void largeValuesGoThroughBothWays() throws SQLException {
        byte[] large = new byte[LARGE];
        new Random(1).nextBytes(large);
        try (Connection connection = server.getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into item (id, data) values (0, ?)");
                PreparedStatement select = connection.prepareStatement("select data from item where id = 0")) {
            insert.setBytes(1, large);
            assertThat(insert.executeUpdate()).isEqualTo(1);
            try (ResultSet result = select.executeQuery()) {
                assertThat(result.next()).isTrue();
                assertThat(Arrays.equals(result.getBytes(1), large)).isTrue();
            }
        }
        assertThat(recorder.recording().organizations()).containsOnly("");
    }

    @Test
    void rowsAreCopiedInAndOut() throws SQLException, IOException {
        try (Connection connection = server.getConnection()) {
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            assertThat(copy.copyIn("copy item (id, text) from stdin", new StringReader("101\ta\n102\tb\n")))
                    .isEqualTo(2);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThat(copy.copyOut("copy item (id) to stdout", out)).isEqualTo(102);
            assertThatThrownBy(() -> copy.copyIn("copy item (id) from stdin", new StringReader("no number\n")))
                    .isInstanceOf(PSQLException.class)
                    .hasMessageContaining("no number");
            assertThat(Sql.query(connection, "select count(*) from item")).isEqualTo("102");
        }
        assertThat(recorder.recording().queries())
                .extracting(RecordedStatement::failed)
                .containsExactly(false, false, true, false);
    }

    /** The driver then fails the copy by itself; the Sync that it had sent before is one that the server never answers. */
    @Test
    void aCopyThatIsSentAsAStatementLeavesTheConnectionUsable() throws SQLException {
        try (Connection connection = server.getConnection()) {
            assertThatThrownBy(() -> Sql.execute(connection, "copy item (id) from stdin"))
                    .isInstanceOf(SQLException.class);
            assertThat(Sql.query(connection, "select 'usable'")).isEqualTo("usable");
        }
        assertThat(recorder.recording().queries())
                .extracting(RecordedStatement::failed)
                .containsExactly(true, false);
    }

    @Test
    void functionsAreCalledPastSql() throws SQLException {
        try (Connection connection = server.getConnection()) {
            connection.setAutoCommit(false);
            LargeObjectManager objects = connection.unwrap(PGConnection.class).getLargeObjectAPI();
            long id = objects.createLO();
            try (LargeObject object = objects.open(id)) {
                object.write(new byte[] {1, 2, 3});
                object.seek(0);
                assertThat(object.read(3)).containsExactly(1, 2, 3);
            }
            objects.delete(id);
            connection.commit();
            assertThat(Sql.query(connection, "select 'usable'")).isEqualTo("usable");
        }
    }

    @Test
    void aQueryIsCancelled() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Connection connection = server.getConnection();
                Statement statement = connection.createStatement()) {
            String process = Sql.query(connection, "select pg_backend_pid()");
            Future<Boolean> sleeping = thread.submit(() -> statement.execute("select pg_sleep(60)"));
            while (!"t"
                    .equals(Sql.query(
                            DATABASE.administrator(),
                            "select wait_event = 'PgSleep' from pg_stat_activity where pid = " + process))) {
                Thread.onSpinWait();
            }

            statement.cancel();

            assertThatThrownBy(sleeping::get).cause().hasMessageContaining("canceling statement due to user request");
            assertThat(Sql.query(connection, "select 'usable'")).isEqualTo("usable");
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void theServerMaySpeakUnasked() throws SQLException {
        try (Connection connection = server.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("listen news");
            statement.execute("notify news, 'heard'");
            statement.execute("do $$ begin raise notice 'noticed'; end $$");
            assertThat((Throwable) statement.getWarnings()).hasMessage("noticed");
            assertThat(connection.unwrap(PGConnection.class).getNotifications())
                    .singleElement()
                    .matches(news -> news.getParameter().equals("heard"));
            statement.execute("set datestyle = 'German'; select 1; reset datestyle");
        }
    }

    @Test
    void nothingOfTheQuestionIsLeftInTheSession() throws SQLException {
        try (Connection connection = server.getConnection()) {
            connection.setAutoCommit(false);
            assertThat(Sql.query(
                            connection,
                            "select count(*) from pg_prepared_statements where name like 'tenant_datasource%'"))
                    .isEqualTo("0");
            assertThat(Sql.query(connection, "select count(*) from pg_cursors where name like 'tenant_datasource%'"))
                    .isEqualTo("0");
        }
    }

    @Test
    void preparedStatementsSurviveThatTheSessionForgetsThem() throws SQLException {
        try (Connection connection = server.getConnection();
                PreparedStatement statement = connection.prepareStatement("select text from item where id = ?")) {
            for (int i = 1; i <= 10; i++) {
                statement.setInt(1, i);
                try (ResultSet result = statement.executeQuery()) {
                    assertThat(result.next()).isTrue();
                    assertThat(result.getString(1)).isEqualTo("item " + i);
                }
                if (i == 7) {
                    Sql.execute(connection, "discard all");
                }
            }
        }
        assertThat(recorder.recording().organizations()).containsOnly("");
    }

    @Test
    void errorsPointToTheSamePlace() throws SQLException {
        try (Connection connection = server.getConnection()) {
            assertThatThrownBy(() -> Sql.query(connection, "select 1 + nothing"))
                    .isInstanceOfSatisfying(PSQLException.class, e -> {
                        assertThat(e.getServerErrorMessage().getPosition()).isEqualTo(12);
                        assertThat(e.getSQLState()).isEqualTo("42703");
                    });
        }
    }

    @Test
    void theFirstStatementOfATransactionMayStillChooseItsIsolation() throws SQLException {
        try (Connection connection = server.getConnection()) {
            connection.setAutoCommit(false);
            Sql.execute(connection, "set transaction isolation level serializable read only deferrable");
            assertThat(Sql.query(connection, "show transaction_isolation")).isEqualTo("serializable");
            connection.commit();
        }
    }

    @Test
    void aThousandStatementsInOneStringAreAnswered() throws SQLException {
        String thousand = "select 1;".repeat(1000);
        try (Connection connection = server.getConnection();
                Statement statement = connection.createStatement()) {
            boolean isResult = statement.execute(thousand);
            int results = 0;
            while (isResult) {
                results++;
                isResult = statement.getMoreResults();
            }
            assertThat(results).isEqualTo(1000);
        }
        assertThat(recorder.recording().queries()).hasSize(1000);
    }

    @Test
    void aConnectionThatAsksForEncryptionIsToldThatThereIsNone() throws SQLException {
        server.setSslMode("prefer");
        server.setGssEncMode("allow");

        assertThat(Sql.query(server, "select ssl from pg_stat_ssl where pid = pg_backend_pid()"))
                .isEqualTo("f");
        assertThat(recorder.recording().organizations()).containsOnly("");
    }

    @Test
    void anotherRecorderMayStandBeforeIt() throws SQLException {
        try (StatementRecorder another = StatementRecorder.before(server)) {
            assertThat(Sql.query(server, "select 'through both'")).isEqualTo("through both");

            assertThat(another.recording().queries()).hasSize(1);
            assertThat(another.recording().organizations()).containsOnly("");
        }
    }
}
