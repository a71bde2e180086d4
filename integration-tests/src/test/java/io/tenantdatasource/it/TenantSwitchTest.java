package io.tenantdatasource.it;

import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantSwitch;
import io.tenantdatasource.TenantSwitchException;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.wire.RoundTripRecorder;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A statement for another tenant than its connection's is refused, and never reaches the server. */
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#bindings")
class TenantSwitchTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    @AutoClose
    private RoundTripRecorder recorder;

    @AutoClose
    private Wrapped wrapped;

    private Connection connection;

    @BeforeAll
    static void createTable() {
        DATABASE.execute("create table note (id serial primary key, text text)");
    }

    @BeforeEach
    void checkOut() throws SQLException {
        DATABASE.execute("truncate note; insert into note (text) values ('acme')");
        PGSimpleDataSource server = DATABASE.administrator();
        recorder = setup.recorderBefore(server);
        wrapped = Wrapped.around(setup.pool().over(server), setup, builder -> builder);
        connection = wrapped.checkout(ACME);
    }

    @AfterEach
    void giveBack() throws SQLException {
        connection.close();
    }

    private interface Run {
        void run() throws SQLException;
    }

    /** Prepares a statement for the tenant of the checkout, and gives what would run it. */
    private interface Way {
        Run prepare(Connection connection) throws SQLException;
    }

    static Stream<Named<Way>> ways() {
        String insert = "insert into note (text) values ('x')";
        Map<String, Way> ways = Map.ofEntries(
                Map.entry("execute", plain(statement -> statement.execute(insert))),
                Map.entry("execute with keys", plain(statement -> statement.execute(insert, new String[] {"id"}))),
                Map.entry("executeQuery", plain(statement -> statement.executeQuery("select 1"))),
                Map.entry("executeUpdate", plain(statement -> statement.executeUpdate(insert))),
                Map.entry("executeLargeUpdate", plain(statement -> statement.executeLargeUpdate(insert))),
                Map.entry("executeBatch", plain(statement -> {
                    statement.addBatch(insert);
                    statement.executeBatch();
                })),
                Map.entry("executeLargeBatch", plain(statement -> {
                    statement.addBatch(insert);
                    statement.executeLargeBatch();
                })),
                Map.entry("prepared execute", c -> prepared(c, insert)::execute),
                Map.entry("prepared executeQuery", c -> prepared(c, "select 1")::executeQuery),
                Map.entry("prepared executeUpdate", c -> prepared(c, insert)::executeUpdate),
                Map.entry("prepared executeLargeUpdate", c -> prepared(c, insert)::executeLargeUpdate),
                Map.entry("prepared executeBatch", c -> {
                    PreparedStatement statement = prepared(c, insert);
                    statement.addBatch();
                    return statement::executeBatch;
                }),
                Map.entry("callable execute", c -> {
                    CallableStatement statement = c.prepareCall("{ call pg_notify('a', 'b') }");
                    return statement::execute;
                }),
                Map.entry("insertRow", c -> {
                    ResultSet rows = updatableRows(c);
                    rows.moveToInsertRow();
                    rows.updateString("text", "x");
                    return rows::insertRow;
                }),
                Map.entry("updateRow", c -> {
                    ResultSet rows = updatableRows(c);
                    rows.updateString("text", "x");
                    return rows::updateRow;
                }),
                Map.entry("deleteRow", c -> updatableRows(c)::deleteRow),
                Map.entry("refreshRow", c -> updatableRows(c)::refreshRow),
                Map.entry("metadata", c -> {
                    var metaData = c.getMetaData();
                    return () -> metaData.getTables(null, null, null, null);
                }),
                Map.entry("a statement reached from a result set", c -> {
                    Statement statement = updatableRows(c).getStatement();
                    return () -> statement.executeQuery("select 1");
                }));
        return ways.entrySet().stream().map(way -> Named.of(way.getKey(), way.getValue()));
    }

    private interface PlainUse {
        void of(Statement statement) throws SQLException;
    }

    private static Way plain(PlainUse use) {
        return connection -> {
            Statement statement = connection.createStatement();
            return () -> use.of(statement);
        };
    }

    private static PreparedStatement prepared(Connection connection, String sql) throws SQLException {
        return connection.prepareStatement(sql);
    }

    private static ResultSet updatableRows(Connection connection) throws SQLException {
        Statement statement = connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
        ResultSet rows = statement.executeQuery("select id, text from note");
        rows.next();
        return rows;
    }

    @ParameterizedTest
    @MethodSource("ways")
    void neverReachesTheServer(Way way) throws SQLException {
        Run run = way.prepare(connection);
        long before = recorder.roundTrips();

        try (TenantContext.Scope scope = TenantContext.open(GLOBEX)) {
            assertThatThrownBy(run::run)
                    .isInstanceOf(TenantSwitchException.class)
                    .hasMessageContaining("checked out for organization " + ACME.organizationId())
                    .hasMessageContaining("now works for organization " + GLOBEX.organizationId());
        }

        assertThat(recorder.roundTrips()).isEqualTo(before);
        assertThat(Sql.query(connection, "select string_agg(text, ',') from note"))
                .isEqualTo("acme");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void runsForTheTenantOfTheCheckoutAndForNone(Way way) throws SQLException {
        Run withNone = way.prepare(connection);
        withNone.run();
        DATABASE.execute("truncate note; insert into note (text) values ('acme')");

        Run withTheSame = way.prepare(connection);
        try (TenantContext.Scope scope = TenantContext.open(ACME)) {
            withTheSame.run();
        }
    }

    @Test
    void anotherUserOfTheSameOrganizationIsAnotherTenant() {
        Tenant user = ACME.withUser(UUID.randomUUID());
        try (TenantContext.Scope scope = TenantContext.open(user)) {
            assertThatThrownBy(() -> Sql.query(connection, "select 1"))
                    .isInstanceOf(TenantSwitchException.class)
                    .hasMessageContaining(user.userId());
        }
    }

    @Test
    void aTenantWhereThereWasNoneIsASwitch() throws SQLException {
        connection.close();
        try (Connection unbound = wrapped.dataSource.getConnection();
                TenantContext.Scope scope = TenantContext.open(GLOBEX)) {
            assertThatThrownBy(() -> Sql.query(unbound, "select 1"))
                    .isInstanceOf(TenantSwitchException.class)
                    .hasMessageContaining("checked out for no tenant");
        }
    }

    @Test
    void leavesTheConnectionAsItWas() throws SQLException {
        connection.setAutoCommit(false);
        Sql.update(connection, "insert into note (text) values ('kept')");
        try (TenantContext.Scope scope = TenantContext.open(GLOBEX)) {
            assertThatThrownBy(() -> Sql.query(connection, "select 1")).isInstanceOf(TenantSwitchException.class);
            connection.commit();
        }
        assertThat(Sql.query(connection, "select count(*) from note where text = 'kept'"))
                .isEqualTo("1");
        assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(ACME.organizationId());
    }

    @Test
    void aConnectionCanBeClosedWhileAnotherTenantIsSet() throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(GLOBEX)) {
            connection.close();
        }
        wrapped.assertClean();
    }

    @Test
    void keepGoesOnForTheTenantOfTheCheckout() throws SQLException {
        try (Wrapped keeping = Wrapped.over(
                        DATABASE.administrator(), setup, builder -> builder.onTenantSwitch(TenantSwitch.KEEP));
                Connection kept = keeping.checkout(ACME);
                TenantContext.Scope scope = TenantContext.open(GLOBEX)) {
            assertThat(Sql.query(kept, ORGANIZATION)).isEqualTo(ACME.organizationId());
        }
    }

    @Test
    void refusedWithInsufficientPrivilege() {
        try (TenantContext.Scope scope = TenantContext.open(GLOBEX)) {
            assertThatThrownBy(() -> Sql.query(connection, "select 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
        }
    }
}
