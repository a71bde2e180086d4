package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

/** Promise 3: a connection behaves as if nothing had been sent along. */
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class BindingIsInvisibleTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    @AutoClose
    private Wrapped wrapped;

    private Connection connection;

    @BeforeEach
    void checkOut() throws SQLException {
        DATABASE.execute("drop table if exists note; create table note (id serial primary key, text text)");
        wrapped = Wrapped.over(DATABASE.administrator(), setup);
        connection = wrapped.checkout(ACME);
    }

    @AfterEach
    void giveBack() throws SQLException {
        connection.close();
    }

    @Test
    void leavesNoTransactionOpen() throws SQLException {
        assertThat(Sql.query(
                        DATABASE.administrator(),
                        "select string_agg(distinct state || ', transaction ' || coalesce(xact_start::text, 'none'), '; ')"
                                + " from pg_stat_activity where " + ownSessions()))
                .isEqualTo("idle, transaction none");
    }

    private String ownSessions() throws SQLException {
        return setup.behindPooler()
                ? "datname = current_database() and usename = current_user and pid <> pg_backend_pid()"
                : "pid = " + connection.unwrap(PGConnection.class).getBackendPID();
    }

    @Test
    void whatNeedsAnIdleConnectionWorksRightAfterCheckout() throws SQLException {
        if (setup.behindPooler()) {
            readOnlyTransactionsWorkRightAfterCheckout();
            return;
        }
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        connection.setReadOnly(false);
        connection.setAutoCommit(!connection.getAutoCommit());
        assertThat(Sql.query(connection, "show transaction_isolation")).isEqualTo("serializable");
    }

    /** An isolation would be set for a session that the next transaction is not in. */
    private void readOnlyTransactionsWorkRightAfterCheckout() throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        assertThat(Sql.query(connection, "show transaction_read_only")).isEqualTo("on");
    }

    @Test
    void autocommitIsThePools() throws SQLException {
        assertThat(connection.getAutoCommit()).isEqualTo(setup.pool() != Pool.HIKARI_WITHOUT_AUTOCOMMIT);
    }

    @Test
    void thereIsNoWarning() throws SQLException {
        assertThat((Throwable) connection.getWarnings()).isNull();
    }

    @Test
    void theFirstResultIsTheUsers() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.execute("select 'mine'")).isTrue();
            assertThat((Throwable) statement.getWarnings()).isNull();
            try (ResultSet result = statement.getResultSet()) {
                assertThat(result.next()).isTrue();
                assertThat(result.getString(1)).isEqualTo("mine");
            }
            assertThat(statement.getMoreResults()).isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(-1);
        }
    }

    @Test
    void updateCountsAndGeneratedKeysAreTheUsers() throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into note (text) values ('a'), ('b')", Statement.RETURN_GENERATED_KEYS)) {
            assertThat(insert.executeUpdate()).isEqualTo(2);
            try (ResultSet keys = insert.getGeneratedKeys()) {
                assertThat(keys.getMetaData().getColumnName(1)).isEqualTo("id");
                keys.next();
                assertThat(keys.getInt("id")).isEqualTo(1);
                keys.next();
                assertThat(keys.getInt("id")).isEqualTo(2);
                assertThat(keys.next()).isFalse();
            }
        }
    }

    @Test
    void errorsAreTheDriversOwnWithTheUsersPosition() {
        PSQLException error =
                catchThrowableOfType(PSQLException.class, () -> Sql.query(connection, "select nonsense from note"));
        assertThat(error.getSQLState()).isEqualTo("42703");
        assertThat(error.getServerErrorMessage().getPosition()).isEqualTo("select ".length() + 1);
    }
}
