package io.tenantdatasource.test.wire;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.Tenants;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.wire.RecordedStatement.Outcome;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;

/** What a recorder says of statements that a {@link TenantDataSource} binds. */
class StatementRecorderTest {

    private static final String ACME_ID = ACME.organizationId();

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    private final PGSimpleDataSource server = DATABASE.administrator();

    @AutoClose
    private final StatementRecorder recorder = StatementRecorder.before(server);

    @BeforeAll
    static void createTable() {
        DATABASE.execute("create table note (id int generated always as identity primary key, text text,"
                + " organization text default current_setting('app.organization_id', true))");
    }

    @BeforeEach
    void emptyTable() {
        DATABASE.execute("truncate note; insert into note (text) select 'note ' || n from generate_series(1, 10) n");
    }

    private TenantDataSource bound(TenantBinding binding) throws SQLException {
        TenantDataSource dataSource = TenantDataSource.builder(server)
                .binding(binding)
                .databaseCheck(false)
                .build();
        dataSource.getConnection().close(); // it looks once at what the driver does
        return dataSource;
    }

    private interface Use {
        void of(Connection connection) throws SQLException;
    }

    private Recording recordAsAcme(TenantBinding binding, Use use) throws SQLException {
        TenantDataSource dataSource = bound(binding);
        return recorder.record(() -> Tenants.as(ACME, () -> {
            try (Connection connection = dataSource.getConnection()) {
                use.of(connection);
            }
        }));
    }

    @ParameterizedTest
    @EnumSource
    void tellsHowManyQueriesSomethingMadeAndForWhom(TenantBinding binding) throws SQLException {
        Recording recording = recordAsAcme(binding, connection -> {
            Sql.query(connection, "select count(*) from note");
            Sql.prepared(connection, "insert into note (text) values (?)", "text");
        });

        assertThat(recording.queries())
                .extracting(RecordedStatement::sql)
                .containsExactly("select count(*) from note", "insert into note (text) values ($1)");
        assertThat(recording.organizations()).containsOnly(ACME_ID);
        assertThat(recording.queries()).allMatch(statement -> statement.outcome() == Outcome.SUCCEEDED);
    }

    /** Goes red when the texts of the core become others than those that this package knows. */
    @Test
    void tellsTheBindingsAtCheckoutFromQueries() throws SQLException {
        Recording recording =
                recordAsAcme(TenantBinding.CHECKOUT, connection -> Sql.query(connection, "select count(*) from note"));

        assertThat(recording.queries()).hasSize(1);
        assertThat(recording.bindings()).hasSize(2);
        assertThat(recording.bindings())
                .extracting(RecordedStatement::organization)
                .containsOnly(Optional.empty());
    }

    /** Goes red when the texts of the core become others than those that this package knows. */
    @Test
    void tellsTheBindingsOfTransactionsFromQueries() throws SQLException {
        Recording recording = recordAsAcme(TenantBinding.TRANSACTION, connection -> {
            Sql.query(connection, "select count(*) from note");
            connection.unwrap(PGConnection.class);
            Sql.query(connection, "select 'told by now'");
        });

        assertThat(recording.bindings())
                .as("along with the first, when unwrapped, before what comes after that, and the reset")
                .hasSize(4);
        assertThat(recording.queries()).hasSize(2);
        assertThat(recording.organizations()).containsOnly(ACME_ID);
    }

    @Test
    void tellsTheLookAtANewSessionFromQueries() throws SQLException {
        Recording recording = recorder.record(() -> bound(TenantBinding.TRANSACTION));

        assertThat(recording.roundTrips()).isPositive();
        assertThat(recording.queries()).isEmpty();
    }

    @Test
    void asksTheServerAndNotTheText() throws SQLException {
        Recording recording = recorder.record(() -> {
            try (Connection connection = server.getConnection()) {
                connection.setAutoCommit(false);
                Sql.query(connection, "select set_config('app.organization_id', 'sneaked in', true)");
                Sql.query(connection, "select count(*) from note");
                connection.rollback();
            }
        });

        assertThat(recording.queries())
                .extracting(RecordedStatement::organization)
                .containsExactly(Optional.of(""), Optional.of("sneaked in"));
    }

    @Test
    void aConnectionThatNobodyBoundIsForNone() throws SQLException {
        Recording recording = recorder.record(() -> Sql.query(server, "select 1"));

        assertThat(recording.organizations()).containsOnly("");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsDoneForNoTenantIsForNone(TenantBinding binding) throws SQLException {
        TenantDataSource dataSource = bound(binding);

        Recording recording = recorder.record(() -> Sql.query(dataSource, "select count(*) from note"));

        assertThat(recording.organizations()).containsOnly("");
    }

    @Test
    void asksForTheSettingThatItIsTold() throws Exception {
        TenantDataSource dataSource = TenantDataSource.builder(server)
                .databaseCheck(false)
                .organizationSetting("my.tenant")
                .build();
        recorder.organizationSetting("my.tenant");

        Recording recording = recorder.record(() -> Tenants.as(GLOBEX, () -> Sql.query(dataSource, "select 1")));

        assertThat(recording.organizations()).containsOnly(GLOBEX.organizationId());
    }

    @ParameterizedTest
    @EnumSource
    void transactionsAreToldWithEachStatement(TenantBinding binding) throws SQLException {
        Recording recording = recordAsAcme(binding, connection -> {
            connection.setAutoCommit(false);
            Sql.query(connection, "select count(*) from note");
            connection.commit();
            Sql.query(connection, "select max(id) from note");
            connection.rollback();
        });

        assertThat(recording.statements()).extracting(RecordedStatement::sql).contains("BEGIN", "COMMIT", "ROLLBACK");
        assertThat(recording.queries())
                .extracting(RecordedStatement::organization)
                .containsExactly(Optional.of(ACME_ID), Optional.of(ACME_ID));
    }

    @ParameterizedTest
    @EnumSource
    void eachStatementOfABatchIsOneInOneRoundTrip(TenantBinding binding) throws SQLException {
        List<RecordedStatement> queries = recordAsAcme(binding, connection -> {
                    connection.setAutoCommit(false);
                    Sql.query(connection, "select 1");
                    try (PreparedStatement insert = connection.prepareStatement("insert into note (text) values (?)")) {
                        for (int i = 0; i < 50; i++) {
                            insert.setString(1, "text " + i);
                            insert.addBatch();
                        }
                        assertThat(insert.executeBatch()).hasSize(50).containsOnly(1);
                    }
                    connection.commit();
                })
                .queries();

        List<RecordedStatement> batch = queries.subList(1, queries.size());
        assertThat(batch)
                .hasSize(50)
                .allMatch(statement -> statement.organization().equals(Optional.of(ACME_ID)));
        assertThat(batch)
                .extracting(RecordedStatement::roundTrip)
                .containsOnly(batch.get(0).roundTrip());
    }

    @ParameterizedTest
    @EnumSource
    void aStatementInTheMiddleOfABatchThatFailsTakesTheNextWithIt(TenantBinding binding) throws SQLException {
        Recording recording = recordAsAcme(binding, connection -> {
            connection.setAutoCommit(false);
            Sql.query(connection, "select 1");
            try (PreparedStatement insert = connection.prepareStatement("insert into note (text) values (1 / ?)")) {
                for (int divisor : new int[] {1, 0, 1}) {
                    insert.setInt(1, divisor);
                    insert.addBatch();
                }
                assertThatThrownBy(insert::executeBatch).hasMessageContaining("division by zero");
            }
            assertThatThrownBy(() -> Sql.query(connection, "select 2")).hasMessageContaining("aborted");
            connection.rollback();
            assertThat(Sql.query(connection, "select 3")).isEqualTo("3");
        });

        List<RecordedStatement> batch = recording.queries().subList(1, 4);
        assertThat(batch)
                .extracting(RecordedStatement::outcome)
                .containsExactly(Outcome.SUCCEEDED, Outcome.FAILED, Outcome.SKIPPED);
        RecordedStatement inFailedTransaction = recording.queries().get(4);
        assertThat(inFailedTransaction.failed()).isTrue();
        assertThat(inFailedTransaction.organization()).isEmpty();
        assertThat(recording.queries().get(5).organization()).contains(ACME_ID);
    }

    @ParameterizedTest
    @EnumSource
    void rowsThatAreFetchedLaterAreNoFurtherStatement(TenantBinding binding) throws SQLException {
        Recording recording = recordAsAcme(binding, connection -> {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(3);
                assertThat(countOf(statement.executeQuery("select * from note")))
                        .isEqualTo(10);
            }
            connection.commit();
        });

        assertThat(recording.queries()).hasSize(1);
        assertThat(recording.organizations()).containsOnly(ACME_ID);
        int query = recording.queries().get(0).roundTrip();
        assertThat(recording
                        .statements()
                        .get(recording.statements().indexOf(recording.queries().get(0)) + 1)
                        .roundTrip())
                .as("of COMMIT, after three more round trips for rows")
                .isEqualTo(query + 4);
    }

    private static int countOf(ResultSet rows) throws SQLException {
        int count = 0;
        while (rows.next()) {
            count++;
        }
        return count;
    }

    @ParameterizedTest
    @EnumSource
    void aStatementThatTheServerHasPreparedIsToldByItsText(TenantBinding binding) throws SQLException {
        Recording recording = recordAsAcme(binding, connection -> {
            try (PreparedStatement statement = connection.prepareStatement("select text from note where text = ?")) {
                for (int i = 0; i < 12; i++) {
                    statement.setString(1, "note " + (1 + i % 10));
                    assertThat(countOf(statement.executeQuery())).isEqualTo(1);
                }
            }
        });

        assertThat(recording.queries()).hasSize(12);
        assertThat(recording.queries())
                .extracting(RecordedStatement::sql)
                .containsOnly("select text from note where text = $1");
        assertThat(recording.organizations()).containsOnly(ACME_ID);
    }

    @ParameterizedTest
    @EnumSource
    void severalStatementsInOneStringAreSeveral(TenantBinding binding) throws SQLException {
        Recording recording = recordAsAcme(
                binding,
                connection -> Sql.execute(connection, "insert into note (text) values ('a'); select 1; table note"));

        assertThat(recording.queries())
                .extracting(RecordedStatement::organization)
                .hasSize(3)
                .containsOnly(Optional.of(ACME_ID));
    }

    @ParameterizedTest
    @EnumSource
    void generatedKeysComeBack(TenantBinding binding) throws SQLException {
        Recording recording = recordAsAcme(binding, connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "insert into note (text) values ('a')", Statement.RETURN_GENERATED_KEYS)) {
                insert.executeUpdate();
                assertThat(countOf(insert.getGeneratedKeys())).isEqualTo(1);
            }
        });

        assertThat(recording.queries()).hasSize(1);
        assertThat(recording.organizations()).containsOnly(ACME_ID);
    }

    @Test
    void doesNotAskBeforeWhatACommandOfItsOwnOrAProcedureDoes() throws SQLException {
        DATABASE.execute("create or replace procedure commits() language plpgsql as $$"
                + " begin insert into note (text) values ('kept'); commit; end $$");

        Recording recording = recordAsAcme(TenantBinding.CHECKOUT, connection -> {
            Sql.execute(connection, "vacuum note");
            try (CallableStatement call = connection.prepareCall("call commits()")) {
                call.execute();
            }
        });

        assertThat(recording.queries())
                .extracting(RecordedStatement::organization)
                .containsOnly(Optional.empty());
        assertThat(recording.queries()).hasSize(2).noneMatch(RecordedStatement::failed);
    }

    @Test
    void inTheSimpleProtocolTellsTheTextsAlone() throws SQLException {
        server.setPreferQueryMode(PreferQueryMode.SIMPLE);

        Recording recording = recordAsAcme(TenantBinding.CHECKOUT, connection -> {
            Sql.execute(connection, "select 1; select 2");
            assertThatThrownBy(() -> Sql.query(connection, "select 1 / 0")).isInstanceOf(SQLException.class);
        });

        assertThat(recording.queries())
                .extracting(RecordedStatement::sql, RecordedStatement::organization, RecordedStatement::failed)
                .containsExactly(
                        tuple("select 1; select 2", Optional.empty(), false),
                        tuple("select 1 / 0", Optional.empty(), true));
        assertThat(recording.bindings()).hasSize(2);
    }

    @Test
    void aConstraintThatIsCheckedAtTheEndFailsTheStatement() throws SQLException {
        DATABASE.execute("drop table if exists unique_note;"
                + " create table unique_note (id int primary key deferrable initially deferred)");

        Recording recording = recordAsAcme(
                TenantBinding.CHECKOUT,
                connection -> assertThatThrownBy(
                                () -> Sql.query(connection, "insert into unique_note values (1), (1) returning 1"))
                        .hasMessageContaining("unique_note_pkey"));

        assertThat(recording.queries()).singleElement().matches(RecordedStatement::failed);
    }

    @Test
    void namesTheServerProcessOfEachStatement() throws SQLException {
        List<Long> processes = new ArrayList<>();

        Recording recording = recorder.record(() -> {
            for (int i = 0; i < 2; i++) {
                processes.add(Long.valueOf(Sql.query(server, "select pg_backend_pid()")));
            }
        });

        assertThat(recording.queries())
                .extracting(RecordedStatement::connection)
                .containsExactlyElementsOf(processes);
    }

    @Test
    void keepsManyConnectionsAtOnceApart() throws Exception {
        TenantDataSource dataSource = bound(TenantBinding.TRANSACTION);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        Recording recording;
        try {
            recording = recorder.record(() -> {
                List<Future<?>> users = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    String name = "tenant-" + i;
                    users.add(threads.submit(() -> TenantContext.call(Tenants.named(name), () -> {
                        for (int j = 0; j < 20; j++) {
                            Sql.query(
                                    dataSource, "select '" + Tenants.named(name).organizationId() + "'");
                        }
                        return null;
                    })));
                }
                for (Future<?> user : users) {
                    user.get();
                }
            });
        } finally {
            threads.shutdownNow();
        }

        assertThat(recording.queries())
                .hasSize(160)
                .allSatisfy(statement -> assertThat(statement.sql())
                        .contains(statement.organization().orElseThrow()));
        assertThat(recording.organizations()).hasSize(8);
    }

    @Test
    void whatCameBeforeIsLeftOut() throws SQLException {
        Sql.query(server, "select 'before'");

        Recording recording = recorder.record(() -> Sql.query(server, "select 'meanwhile'"));
        Sql.query(server, "select 'after'");

        assertThat(recording.queries()).extracting(RecordedStatement::sql).containsExactly("select 'meanwhile'");
        assertThat(recording.queries().get(0).roundTrip()).isEqualTo(recording.roundTrips());
        assertThat(recorder.recording().queries()).hasSize(3);
    }

    @Test
    void whatWasSentBeforeATaskFailsIsInTheRecordingOfAll() {
        assertThatThrownBy(() -> recorder.record(() -> Sql.query(server, "select 1 / 0")))
                .isInstanceOf(SQLException.class);

        assertThat(recorder.recording().queries()).singleElement().matches(RecordedStatement::failed);
    }

    @Test
    void theTextOfARecordingIsATable() throws SQLException {
        Recording recording = recordAsAcme(TenantBinding.CHECKOUT, connection -> {
            Sql.query(connection, "select\n  1");
            Sql.execute(connection, "vacuum note");
        });

        assertThat(recording.toString().lines())
                .anyMatch(line -> line.contains("5 statements, of which 2 are queries and 2 bind or reset"))
                .anyMatch(line -> line.matches("\\d+ +\\d+ +" + ACME_ID + " +succeeded +select 1"))
                .anyMatch(line -> line.matches("\\d+ +\\d+ +not asked +succeeded +vacuum note"))
                .anyMatch(line -> line.contains("(binding) select pg_catalog.set_config("))
                .hasSize(7);
    }

    @Test
    void endsItsThreadsAndConnectionsWhenItIsClosed() throws SQLException {
        try (Connection connection = server.getConnection()) {
            recorder.close();

            assertThatThrownBy(() -> Sql.query(connection, "select 1")).isInstanceOf(SQLException.class);
        }
        assertThatThrownBy(server::getConnection).isInstanceOf(SQLException.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("statement-recorder-" + server.getPortNumbers()[0]));
    }

    @Test
    void statementsOfDataAreToldByTheirFirstWord() {
        assertThat(List.of(
                        "select 1",
                        " ( SELECT 1) union select 2",
                        "/* a /* nested */ comment */ update t set a = 1",
                        "-- a line\nwith a as (select 1) table a",
                        "merge into t using s on true when matched then do nothing",
                        "values (1)"))
                .allMatch(FirstWord::isOfData);
        assertThat(List.of(
                        "",
                        "/*",
                        "--",
                        "vacuum",
                        "selection",
                        "call p()",
                        "do 'begin end'",
                        "declare c cursor for select 1"))
                .noneMatch(FirstWord::isOfData);
    }
}
