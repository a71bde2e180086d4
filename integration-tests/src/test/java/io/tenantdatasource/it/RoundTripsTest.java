package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.wire.RoundTripRecorder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What a checkout costs beside the pool's own, whatever is bound: two round trips where it is bound at checkout, none
 * where the binding goes along with the user's statements.
 */
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#keepingConnections")
class RoundTripsTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @BeforeAll
    static void createTable() {
        DATABASE.execute("create table note (text text)");
    }

    @Parameter
    private Setup setup;

    private int promised() {
        return setup.bindsAtCheckout() ? 2 : 0;
    }

    /** The session is told first, and reset on return, where a statement can carry nothing. */
    private int promised(boolean carries) {
        return carries ? promised() : 2;
    }

    private interface Use {
        void of(Connection connection) throws SQLException;
    }

    @Test
    void ofACheckoutWithNothingInBetween() throws SQLException {
        assertThat(extraRoundTrips(builder -> builder, connection -> {})).isEqualTo(promised());
    }

    @Test
    void ofACheckoutWithRoleAndFurtherSettings() throws SQLException {
        assertThat(extraRoundTrips(
                        builder -> builder.assumeRole("pg_monitor")
                                .setting("app.plan", t -> "gold")
                                .setting("app.region", t -> "eu"),
                        connection -> {}))
                .isEqualTo(promised());
    }

    @Test
    void ofAQueryInThePoolsOwnMode() throws SQLException {
        assertThat(extraRoundTrips(builder -> builder, connection -> {
                    Sql.query(connection, "select 1");
                    if (!connection.getAutoCommit()) {
                        connection.commit();
                    }
                }))
                .isEqualTo(promised(setup.plainStatementsCarry()));
    }

    @Test
    void ofAQueryWithRoleAndFurtherSettings() throws SQLException {
        assertThat(extraRoundTrips(
                        builder -> builder.assumeRole("pg_monitor").setting("app.plan", t -> "gold"),
                        RoundTripsTest::preparedQuery))
                .isEqualTo(promised(setup.preparedStatementsCarry()));
    }

    @Test
    void ofAPreparedStatementUsedAgainAndAgain() throws SQLException {
        assertThat(extraRoundTrips(builder -> builder, connection -> {
                    for (int i = 0; i < 10; i++) {
                        preparedQuery(connection);
                    }
                }))
                .isEqualTo(promised(setup.preparedStatementsCarry()));
    }

    @Test
    void ofAnUpdate() throws SQLException {
        assertThat(extraRoundTrips(builder -> builder, connection -> {
                    connection.setAutoCommit(true);
                    try (PreparedStatement insert = connection.prepareStatement("insert into note values (?)")) {
                        insert.setString(1, "text");
                        insert.executeUpdate();
                    }
                }))
                .isEqualTo(promised(setup.preparedStatementsCarry()));
    }

    @Test
    void ofGeneratedKeysIsNeverMoreThanThatOfBindingAtCheckout() throws SQLException {
        assertThat(extraRoundTrips(builder -> builder, connection -> {
                    connection.setAutoCommit(true);
                    try (PreparedStatement insert =
                            connection.prepareStatement("insert into note values ('text')", new String[] {"text"})) {
                        insert.executeUpdate();
                    }
                }))
                .isLessThanOrEqualTo(2);
    }

    @Test
    void ofABatchIsNeverMoreThanThatOfBindingAtCheckout() throws SQLException {
        assertThat(extraRoundTrips(builder -> builder, connection -> {
                    connection.setAutoCommit(true);
                    try (PreparedStatement insert = connection.prepareStatement("insert into note values (?)")) {
                        for (int i = 0; i < 3; i++) {
                            insert.setString(1, "text");
                            insert.addBatch();
                        }
                        insert.executeBatch();
                    }
                }))
                .isLessThanOrEqualTo(2);
    }

    private static void preparedQuery(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        try (PreparedStatement statement = connection.prepareStatement("select ?::int")) {
            statement.setInt(1, 1);
            statement.executeQuery().close();
        }
    }

    @Test
    void ofATransaction() throws SQLException {
        assertThat(extraRoundTrips(builder -> builder, connection -> {
                    connection.setAutoCommit(false);
                    Sql.query(connection, "select 1");
                    Sql.query(connection, "select 2");
                    connection.commit();
                    connection.setAutoCommit(true);
                }))
                .isEqualTo(setup.plainStatementsCarry() ? promised() : 1);
    }

    private long extraRoundTrips(UnaryOperator<TenantDataSource.Builder> options, Use use) throws SQLException {
        PGSimpleDataSource server = DATABASE.administrator();
        try (RoundTripRecorder recorder = setup.recorderBefore(server);
                Wrapped wrapped = Wrapped.around(setup.pool().over(server), setup, options)) {
            raw(wrapped, use); // the pool connects, and it and the driver do what they do once
            bound(wrapped, use);
            long start = recorder.roundTrips();
            raw(wrapped, use);
            long betweenBoth = recorder.roundTrips();
            bound(wrapped, use);
            return recorder.roundTrips() - betweenBoth - (betweenBoth - start);
        }
    }

    private static void raw(Wrapped wrapped, Use use) throws SQLException {
        try (Connection connection = wrapped.pool.getConnection()) {
            use.of(connection);
        }
    }

    private static void bound(Wrapped wrapped, Use use) throws SQLException {
        try (Connection connection = wrapped.checkout(ACME)) {
            use.of(connection);
        }
    }
}
