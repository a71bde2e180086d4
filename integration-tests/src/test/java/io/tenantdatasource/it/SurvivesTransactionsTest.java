package io.tenantdatasource.it;

import static io.tenantdatasource.it.Pooled.assertNeedsItsOwnSession;
import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.test.TestDatabase;
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

/** Promise 2: no way to end a transaction loses the tenant. */
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class SurvivesTransactionsTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    @AutoClose
    private Wrapped wrapped;

    private Connection connection;

    @BeforeEach
    void checkOut() throws SQLException {
        wrapped = Wrapped.over(DATABASE.administrator(), setup);
        connection = wrapped.checkout(ACME);
    }

    @AfterEach
    void giveBack() throws SQLException {
        connection.close();
        wrapped.assertClean();
    }

    @Test
    void commit() throws SQLException {
        connection.setAutoCommit(false);
        assertBound();
        connection.commit();
        assertBound();
    }

    @Test
    void rollback() throws SQLException {
        connection.setAutoCommit(false);
        assertBound();
        connection.rollback();
        assertBound();
    }

    @Test
    void rollbackOfTheVeryFirstTransaction() throws SQLException {
        connection.setAutoCommit(false);
        Sql.query(connection, "select 1");
        connection.rollback();
        assertBound();
    }

    @Test
    void rollbackToASavepoint() throws SQLException {
        connection.setAutoCommit(false);
        assertBound();
        Savepoint savepoint = connection.setSavepoint();
        assertBound();
        connection.rollback(savepoint);
        assertBound();
        connection.releaseSavepoint(savepoint);
        assertBound();
    }

    @Test
    void toggledAutocommit() throws SQLException {
        for (boolean autoCommit : new boolean[] {false, true, false, true}) {
            connection.setAutoCommit(autoCommit);
            assertBound();
        }
    }

    @Test
    void failedStatementInAutocommit() throws SQLException {
        connection.setAutoCommit(true);
        assertThatThrownBy(() -> Sql.query(connection, "select 1/0")).hasMessageContaining("division by zero");
        assertBound();
    }

    @Test
    void failedStatementInATransaction() throws SQLException {
        connection.setAutoCommit(false);
        assertBound();
        assertThatThrownBy(() -> Sql.query(connection, "select 1/0")).hasMessageContaining("division by zero");
        connection.rollback();
        assertBound();
    }

    @Test
    void failedStatementThatWasTheFirstOfItsTransaction() throws SQLException {
        connection.setAutoCommit(false);
        assertThatThrownBy(() -> Sql.query(connection, "select 1/0")).hasMessageContaining("division by zero");
        if (!setup.survivesFailedStatements()) {
            assertThatThrownBy(this::assertBound).hasMessageContaining("current transaction is aborted");
            connection.rollback();
        }
        assertBound();
    }

    @Test
    void failedStatementInATransactionBegunBySqlText() throws SQLException {
        connection.setAutoCommit(true);
        Sql.execute(connection, "begin");
        assertThatThrownBy(() -> Sql.query(connection, "select 1/0")).hasMessageContaining("division by zero");
        Sql.execute(connection, "rollback");
        assertBound();
    }

    @Test
    void rollbackToASavepointThatWasSetBeforeTheFirstStatement() throws SQLException {
        connection.setAutoCommit(false);
        Savepoint savepoint = connection.setSavepoint("first");
        assertBound();
        connection.rollback(savepoint);
        assertBound();
        connection.rollback(savepoint);
        assertBound();
        connection.commit();
        assertBound();
    }

    @Test
    void rollbackToAnOuterSavepoint() throws SQLException {
        connection.setAutoCommit(false);
        Savepoint outer = connection.setSavepoint();
        connection.setSavepoint();
        assertBound();
        connection.rollback(outer);
        assertBound();
    }

    @Test
    void rollbackToASavepointAfterAFailedStatement() throws SQLException {
        connection.setAutoCommit(false);
        Savepoint savepoint = connection.setSavepoint();
        assertThatThrownBy(() -> Sql.query(connection, "select 1/0")).hasMessageContaining("division by zero");
        connection.rollback(savepoint);
        assertBound();
    }

    @ParameterizedTest
    @ValueSource(strings = {"savepoint s", "SAVEPOINT s", "/* mine */ savepoint s", "-- mine\nsavepoint s"})
    void rollbackToASavepointBySqlText(String savepoint) throws SQLException {
        connection.setAutoCommit(false);
        Sql.execute(connection, savepoint);
        assertBound();
        for (String rollback : new String[] {"rollback to s", "ROLLBACK TO SAVEPOINT s", "rollback work to s"}) {
            Sql.execute(connection, rollback);
            assertBound();
        }
        Sql.execute(connection, "release s");
        assertBound();
    }

    @Test
    void rollbackToASavepointByAPreparedStatement() throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement savepoint = connection.prepareStatement("savepoint s");
                PreparedStatement rollback = connection.prepareStatement("rollback to s")) {
            for (int i = 0; i < 7; i++) {
                savepoint.execute();
                assertBound();
                rollback.execute();
                assertBound();
            }
        }
    }

    @Test
    void rollbackToASavepointInTheMidstOfOneString() throws SQLException {
        connection.setAutoCommit(false);
        Sql.execute(connection, "savepoint s; select 1; rollback to s");
        assertBound();
    }

    @ParameterizedTest
    @ValueSource(strings = {"commit and chain", "rollback and chain", "COMMIT WORK AND CHAIN", "end and chain"})
    void transactionsChainedBySqlText(String end) throws SQLException {
        connection.setAutoCommit(true);
        Sql.execute(connection, "begin");
        assertBound();
        Sql.execute(connection, end);
        assertBound();
        Sql.execute(connection, end);
        assertBound();
        Sql.execute(connection, "commit");
        assertBound();
    }

    @Test
    void aFailedTransactionThatIsCommittedBySqlText() throws SQLException {
        connection.setAutoCommit(true);
        Sql.execute(connection, "begin");
        assertThatThrownBy(() -> Sql.query(connection, "select 1/0")).hasMessageContaining("division by zero");
        Sql.execute(connection, "commit and chain");
        assertBound();
        Sql.execute(connection, "commit");
        assertBound();
    }

    @Test
    void transactionsEndedBySqlTextWithAutocommitOff() throws SQLException {
        connection.setAutoCommit(false);
        for (String end : new String[] {"commit", "rollback", "abort", "end", "commit; begin", "rollback; begin"}) {
            assertBound();
            Sql.execute(connection, end);
            assertBound();
        }
    }

    @Test
    void transactionBegunAndEndedByPreparedStatements() throws SQLException {
        connection.setAutoCommit(true);
        try (PreparedStatement begin = connection.prepareStatement("begin");
                PreparedStatement commit = connection.prepareStatement("commit")) {
            for (int i = 0; i < 7; i++) {
                begin.execute();
                assertBound();
                commit.execute();
                assertBound();
            }
        }
    }

    @Test
    void eachOfManyTransactions() throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement(ORGANIZATION)) {
            for (int i = 0; i < 14; i++) {
                connection.setAutoCommit(i % 5 == 0);
                try (ResultSet result = statement.executeQuery()) {
                    result.next();
                    assertThat(result.getString(1)).isEqualTo(ACME.organizationId());
                }
                if (!connection.getAutoCommit()) {
                    assertBound();
                    connection.commit();
                }
            }
        }
    }

    @Test
    void deallocatedStatements() throws SQLException {
        connection.setAutoCommit(true);
        try (PreparedStatement statement = connection.prepareStatement(ORGANIZATION)) {
            for (int i = 0; i < 14; i++) {
                try (ResultSet result = statement.executeQuery()) {
                    result.next();
                    assertThat(result.getString(1)).isEqualTo(ACME.organizationId());
                }
                if (i % 7 == 6) {
                    Sql.execute(connection, "deallocate all");
                }
            }
        }
    }

    /** What the user takes back is told again before the next statement. */
    @ParameterizedTest
    @ValueSource(strings = {"discard all", "reset all", "reset app.organization_id"})
    void settingsDiscardedByTheUser(String discard) throws SQLException {
        connection.setAutoCommit(true);
        assertBound();
        if (setup.behindPooler() && discard.equals("discard all")) {
            assertNeedsItsOwnSession(() -> Sql.execute(connection, discard));
        } else {
            Sql.execute(connection, discard);
        }
        assertBound();
    }

    @Test
    void transactionsBegunAndEndedBySqlText() throws SQLException {
        connection.setAutoCommit(true);
        for (String end : new String[] {"commit", "rollback"}) {
            Sql.execute(connection, "begin");
            assertBound();
            Sql.execute(connection, end);
            assertBound();
        }
    }

    private void assertBound() throws SQLException {
        assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(ACME.organizationId());
    }
}
