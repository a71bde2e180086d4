package io.tenantdatasource.it;

import static io.tenantdatasource.it.Sql.BACKEND;
import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/** Promise 4: the next one to borrow the connection finds no tenant, whatever state it was closed in. */
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class CleanAfterReturnTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    @AutoClose
    private Wrapped wrapped;

    @BeforeEach
    void openPool() {
        DATABASE.execute("drop table if exists note; create table note (text text)");
        PGSimpleDataSource user = DATABASE.createUser("app");
        DATABASE.execute("grant all on note to " + user.getUser());
        wrapped = Wrapped.over(user, setup);
    }

    @Test
    void idle() throws SQLException {
        closedInState(connection -> Sql.query(connection, "select 1"));
    }

    @Test
    void unused() throws SQLException {
        closedInState(connection -> {});
    }

    @Test
    void openTransaction() throws SQLException {
        closedInState(connection -> {
            connection.setAutoCommit(false);
            Sql.update(connection, "insert into note values ('uncommitted')");
        });
    }

    @Test
    void failedTransaction() throws SQLException {
        closedInState(connection -> {
            connection.setAutoCommit(false);
            Sql.update(connection, "insert into note values ('uncommitted')");
            fail(connection);
        });
    }

    @Test
    void transactionBegunBySqlText() throws SQLException {
        closedInState(connection -> {
            connection.setAutoCommit(true);
            Sql.execute(connection, "begin");
            Sql.update(connection, "insert into note values ('uncommitted')");
        });
    }

    @Test
    void failedTransactionBegunBySqlText() throws SQLException {
        closedInState(connection -> {
            connection.setAutoCommit(true);
            Sql.execute(connection, "begin");
            Sql.update(connection, "insert into note values ('uncommitted')");
            fail(connection);
        });
    }

    @Test
    @SuppressWarnings("MustBeClosedChecker")
    void runningCursorAndOpenStatement() throws SQLException {
        closedInState(connection -> {
            connection.setAutoCommit(false);
            Statement statement = connection.createStatement();
            statement.setFetchSize(2);
            ResultSet result = statement.executeQuery("select generate_series(1, 100)");
            assertThat(result.next()).isTrue();
        });
    }

    @Test
    void cancelledQuery() throws SQLException {
        closedInState(connection -> assertThatThrownBy(
                        () -> Sql.query(connection, "select pg_cancel_backend(pg_backend_pid()), pg_sleep(30)"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014")));
    }

    @Test
    void readOnlyTransactionAndToggledAutocommit() throws SQLException {
        closedInState(connection -> {
            connection.setReadOnly(true);
            connection.setAutoCommit(!connection.getAutoCommit());
            Sql.query(connection, "select 1");
        });
    }

    @Test
    void localSettingOfTheUsersOwn() throws SQLException {
        closedInState(connection -> {
            connection.setAutoCommit(false);
            Sql.execute(connection, "set local app.organization_id = 'local'");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set app.organization_id = 'own'",
                "set session app.organization_id to 'own'",
                "select set_config('app.organization_id', 'own', false)",
                "begin; set app.organization_id = 'own'; commit"
            })
    void sessionSettingOfTheUsersOwn(String set) throws SQLException {
        closedWithASettingOfTheUsersOwn(connection -> {
            connection.setAutoCommit(true);
            Sql.execute(connection, set);
        });
    }

    @Test
    void sessionSettingOfTheUsersOwnThatWasCommitted() throws SQLException {
        closedWithASettingOfTheUsersOwn(connection -> {
            connection.setAutoCommit(false);
            Sql.query(connection, "select 1");
            Sql.execute(connection, "set app.organization_id = 'own'");
            connection.commit();
        });
    }

    @Test
    void sessionSettingOfTheUsersOwnThroughAPreparedStatement() throws SQLException {
        closedWithASettingOfTheUsersOwn(connection -> {
            connection.setAutoCommit(true);
            try (PreparedStatement set = connection.prepareStatement("select set_config(?, ?, false)")) {
                set.setString(1, "app.organization_id");
                set.setString(2, "own");
                set.executeQuery();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"discard all", "reset all", "reset app.organization_id"})
    void settingsDiscardedByTheUser(String discard) throws SQLException {
        if (setup.behindPooler() && discard.equals("discard all")) {
            assertNeedsItsOwnSession(discard);
            return;
        }
        closedInState(connection -> {
            connection.setAutoCommit(true);
            Sql.execute(connection, discard);
        });
    }

    @Test
    void driversConnectionUsed() throws SQLException {
        closedInState(connection -> {
            connection.setAutoCommit(true);
            setup.holdSession(connection);
            Sql.query((Connection) connection.unwrap(PGConnection.class), "select 1");
        });
    }

    @Test
    void driversConnectionUnwrappedInATransactionThatWasRolledBack() throws SQLException {
        closedInState(connection -> {
            connection.setAutoCommit(false);
            Sql.update(connection, "insert into note values ('uncommitted')");
            Connection driversOwn = (Connection) connection.unwrap(PGConnection.class);
            connection.rollback();
            Sql.query(driversOwn, "select 1");
        });
    }

    @Test
    void driversConnectionUnwrappedInATransactionThatIsLeftOpen() throws SQLException {
        closedInState(connection -> {
            connection.setAutoCommit(false);
            Sql.update(connection, "insert into note values ('uncommitted')");
            Sql.query((Connection) connection.unwrap(PGConnection.class), "select 1");
        });
    }

    @Test
    void driversConnectionUsedAndLeftInATransaction() throws SQLException {
        closedInState(connection -> {
            setup.holdSession(connection);
            Connection driversOwn = (Connection) connection.unwrap(PGConnection.class);
            Sql.execute(driversOwn, "begin");
            Sql.update(driversOwn, "insert into note values ('uncommitted')");
        });
    }

    @Test
    void nextCheckoutIsBoundAnewAndSurvivesItsOwnRollback() throws SQLException {
        try (Connection connection = wrapped.checkout(ACME)) {
            connection.setAutoCommit(true);
            Sql.execute(connection, "begin");
        }
        try (Connection connection = wrapped.checkout(GLOBEX)) {
            connection.setAutoCommit(false);
            connection.rollback();
            assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(GLOBEX.organizationId());
        }
    }

    private interface Use {
        void of(Connection connection) throws SQLException;
    }

    private void closedInState(Use use) throws SQLException {
        String backend = Sql.query(wrapped.pool, BACKEND);
        try (Connection connection = wrapped.checkout(ACME)) {
            use.of(connection);
        }
        try (Connection next = wrapped.pool.getConnection()) {
            assertThat(Sql.query(next, ORGANIZATION)).isNullOrEmpty();
            assertThat(Sql.query(next, "select current_setting('app.user_id', true)"))
                    .isNullOrEmpty();
            assertThat(Sql.query(next, "select count(*) from note")).isEqualTo("0");
            if (setup.behindPooler()) {
                assertThat(setup.pool().connectionsThatLeft(wrapped.pool)).isZero();
            } else if (setup.pool().keepsConnections()) {
                assertThat(Sql.query(next, BACKEND))
                        .as("it was reset, not replaced")
                        .isEqualTo(backend);
            }
        }
        assertThat(wrapped.queryAs(GLOBEX, ORGANIZATION)).isEqualTo(GLOBEX.organizationId());
    }

    /** A pooler lends another session for the reset, but each transaction overrides what is left in its own. */
    private void closedWithASettingOfTheUsersOwn(Use use) throws SQLException {
        if (!setup.behindPooler()) {
            closedInState(use);
            return;
        }
        try (Connection connection = wrapped.checkout(ACME)) {
            use.of(connection);
        }
        for (int i = 0; i < 4; i++) {
            assertThat(wrapped.queryAs(GLOBEX, ORGANIZATION)).isEqualTo(GLOBEX.organizationId());
        }
    }

    private void assertNeedsItsOwnSession(String sql) throws SQLException {
        try (Connection connection = wrapped.checkout(ACME)) {
            connection.setAutoCommit(true);
            assertThatThrownBy(() -> Sql.execute(connection, sql))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("0A000"));
        }
    }

    private static void fail(Connection connection) {
        assertThatThrownBy(() -> Sql.query(connection, "select 1/0")).isInstanceOf(SQLException.class);
    }
}
