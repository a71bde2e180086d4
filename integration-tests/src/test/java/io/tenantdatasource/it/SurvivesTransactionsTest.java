package io.tenantdatasource.it;

import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Promise 2: no way to end a transaction loses the tenant. */
@ParameterizedClass
@EnumSource(Pool.class)
class SurvivesTransactionsTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Pool pool;

    @AutoClose
    private Wrapped wrapped;

    private Connection connection;

    @BeforeEach
    void checkOut() throws SQLException {
        wrapped = Wrapped.pool(pool, DATABASE.administrator());
        connection = wrapped.checkout(ACME);
    }

    @AfterEach
    void giveBack() throws SQLException {
        connection.close();
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
