package io.tenantdatasource.it;

import static io.tenantdatasource.it.Pooled.assertNeedsItsOwnSession;
import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.PGStatement;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/** Promise 1 for what leaves the wrapper: COPY, large objects, notifications, and the driver's own connection. */
@TenantDatabase(scripts = "/io/tenantdatasource/it/note.sql")
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class UnwrappedConnectionsAreBoundTest {

    @Parameter
    private Setup setup;

    @AutoClose
    private Wrapped wrapped;

    private Connection connection;

    private Notes notes;

    @BeforeEach
    void checkOut(TestDatabase database) throws SQLException {
        wrapped = Wrapped.over(database.administrator(), setup);
        connection = wrapped.checkout(ACME);
        notes = new Notes(database, connection);
        connection.setAutoCommit(true);
    }

    @AfterEach
    void giveBack() throws SQLException {
        connection.close();
        wrapped.assertClean();
    }

    @Test
    void unwrappedBeforeTheFirstStatement() throws SQLException {
        if (setup.behindPooler()) {
            assertNeedsItsOwnSession(this::driversOwn);
        }
        setup.holdSession(connection);
        assertBoundPastTheWrapper();
    }

    @Test
    void unwrappedInATransactionBeforeItsFirstStatement() throws SQLException {
        connection.setAutoCommit(false);
        if (setup.behindPooler()) {
            assertNeedsItsOwnSession(this::driversOwn);
        }
        setup.holdSession(connection);
        assertBoundPastTheWrapper();
    }

    @Test
    void unwrappedInATransactionThatIsThenRolledBack() throws SQLException {
        connection.setAutoCommit(false);
        Sql.query(connection, "select 1");
        Connection driversOwn = driversOwn();
        assertBound(driversOwn);
        connection.rollback();
        assertBoundBeyondATransaction(driversOwn);
        assertBound(connection);
        connection.rollback();
        connection.setAutoCommit(true);
        assertBoundBeyondATransaction(driversOwn);
        assertBound(connection);
    }

    @Test
    void unwrappedInATransactionThatFailed() throws SQLException {
        connection.setAutoCommit(false);
        assertThatThrownBy(() -> Sql.query(connection, "select 1/0")).hasMessageContaining("division by zero");
        Connection driversOwn = driversOwn();
        connection.rollback();
        assertBoundBeyondATransaction(driversOwn);
        assertBound(connection);
    }

    @Test
    void unwrappedInATransactionThatIsRolledBackToASavepoint() throws SQLException {
        connection.setAutoCommit(false);
        Savepoint savepoint = connection.setSavepoint();
        Connection driversOwn = driversOwn();
        assertBound(driversOwn);
        connection.rollback(savepoint);
        assertBound(driversOwn);
    }

    @Test
    void unwrappedInATransactionBegunBySqlText() throws SQLException {
        Sql.execute(connection, "begin");
        Connection driversOwn = driversOwn();
        assertBound(driversOwn);
        Sql.execute(connection, "rollback");
        assertBoundBeyondATransaction(driversOwn);
        assertBound(connection);
    }

    @Test
    void transactionsEndedPastTheWrapper() throws SQLException {
        connection.setAutoCommit(false);
        setup.holdSession(connection);
        Connection driversOwn = driversOwn();
        assertBound(connection);
        driversOwn.rollback();
        assertBound(connection);
        driversOwn.commit();
        assertBoundBeyondATransaction(driversOwn);
        assertBound(connection);
    }

    @Test
    void driversStatement() throws SQLException {
        setup.holdSession(connection);
        try (PreparedStatement statement = connection.prepareStatement(ORGANIZATION)) {
            PreparedStatement driversOwn = (PreparedStatement) statement.unwrap(PGStatement.class);
            for (int i = 0; i < 10; i++) {
                ResultSet rows = driversOwn.executeQuery();
                rows.next();
                assertThat(rows.getString(1)).isEqualTo(ACME.organizationId());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void copy(boolean autoCommit) throws SQLException, IOException {
        connection.setAutoCommit(autoCommit);
        setup.holdSession(connection);
        PGConnection driversOwn = connection.unwrap(PGConnection.class);
        driversOwn.getCopyAPI().copyIn("copy note (text) from stdin", new StringReader("one\ntwo\n"));
        StringWriter copied = new StringWriter();
        driversOwn.getCopyAPI().copyOut("copy (" + ORGANIZATION + ") to stdout", copied);
        assertThat(copied.toString()).isEqualToIgnoringNewLines(ACME.organizationId());
        notes.assertAllSeenByAcme(2);
    }

    @Test
    void largeObjects() throws SQLException {
        connection.setAutoCommit(false);
        setup.holdSession(connection);
        LargeObjectManager manager = connection.unwrap(PGConnection.class).getLargeObjectAPI();
        long id = manager.createLO();
        try (LargeObject file = manager.open(id)) {
            file.write(new byte[] {1, 2, 3});
        }
        assertBound(connection);
        connection.commit();
        assertThat(Sql.query(connection, "select lo_get(" + id + ")::text")).isEqualTo("\\x010203");
        Sql.query(connection, "select lo_unlink(" + id + ")");
        connection.commit();
        assertBound(connection);
    }

    @Test
    void notifications() throws SQLException {
        if (setup.behindPooler()) {
            assertNeedsItsOwnSession(this::driversOwn);
            return;
        }
        Sql.execute(connection, "listen events");
        Sql.query(connection, "select pg_notify('events', current_setting('app.organization_id', true))");
        PGNotification[] heard = connection.unwrap(PGConnection.class).getNotifications(10_000);
        assertThat(heard).hasSize(1);
        assertThat(heard[0].getParameter()).isEqualTo(ACME.organizationId());
        Sql.execute(connection, "unlisten *");
    }

    @Test
    void usersOwnSessionSettingPastTheWrapperIsGoneAfterReturn() throws SQLException {
        setup.holdSession(connection);
        Sql.execute(driversOwn(), "set app.organization_id = 'own'");
    }

    private Connection driversOwn() throws SQLException {
        return (Connection) connection.unwrap(PGConnection.class);
    }

    private void assertBoundPastTheWrapper() throws SQLException {
        Connection driversOwn = driversOwn();
        for (int i = 0; i < 7; i++) {
            assertBound(driversOwn);
            assertBound(connection);
        }
        if (!driversOwn.getAutoCommit()) {
            driversOwn.commit();
        }
        assertBoundBeyondATransaction(driversOwn);
        assertBound(connection);
    }

    /** Behind a pooler the driver's connection has no tenant after the transaction in which it was given out. */
    private void assertBoundBeyondATransaction(Connection driversOwn) throws SQLException {
        if (setup.behindPooler()) {
            assertThat(Sql.query(driversOwn, ORGANIZATION)).isNullOrEmpty();
        } else {
            assertBound(driversOwn);
        }
    }

    private static void assertBound(Connection connection) throws SQLException {
        assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(ACME.organizationId());
    }
}
