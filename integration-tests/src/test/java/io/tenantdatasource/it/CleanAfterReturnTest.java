package io.tenantdatasource.it;

import static io.tenantdatasource.it.Sql.BACKEND;
import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

/** Promise 4: the next one to borrow the connection finds no tenant, whatever state it was closed in. */
@ParameterizedClass
@EnumSource(Pool.class)
class CleanAfterReturnTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Pool pool;

    @AutoClose
    private Wrapped wrapped;

    @BeforeEach
    void openPool() {
        DATABASE.execute("drop table if exists note; create table note (text text)");
        wrapped = Wrapped.pool(pool, DATABASE.administrator());
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

    @Test
    void driversConnectionUsedAndLeftInATransaction() throws SQLException {
        closedInState(connection -> {
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
        String backend;
        try (Connection connection = wrapped.checkout(ACME)) {
            backend = Integer.toString(connection.unwrap(PGConnection.class).getBackendPID());
            use.of(connection);
        }
        try (Connection next = wrapped.pool.getConnection()) {
            assertThat(Sql.query(next, ORGANIZATION)).isNullOrEmpty();
            assertThat(Sql.query(next, "select current_setting('app.user_id', true)"))
                    .isNullOrEmpty();
            assertThat(Sql.query(next, "select count(*) from note")).isEqualTo("0");
            if (pool.keepsConnections()) {
                assertThat(Sql.query(next, BACKEND))
                        .as("it was reset, not replaced")
                        .isEqualTo(backend);
            }
        }
        assertThat(wrapped.queryAs(GLOBEX, ORGANIZATION)).isEqualTo(GLOBEX.organizationId());
    }

    private static void fail(Connection connection) {
        assertThatThrownBy(() -> Sql.query(connection, "select 1/0")).isInstanceOf(SQLException.class);
    }
}
