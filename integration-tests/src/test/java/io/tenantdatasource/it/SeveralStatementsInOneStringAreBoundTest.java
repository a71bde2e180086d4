package io.tenantdatasource.it;

import static io.tenantdatasource.it.Pooled.assertNeedsItsOwnSession;
import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 1 for strings of several statements, whatever transactions they begin and end. */
@TenantDatabase(scripts = "/io/tenantdatasource/it/note.sql")
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class SeveralStatementsInOneStringAreBoundTest {

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
    }

    @AfterEach
    void giveBack() throws SQLException {
        connection.close();
        wrapped.assertClean();
    }

    private static final String INSERT = "insert into note (text) values ('text')";

    private static final String TWICE = INSERT + ";" + INSERT;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%1$s; %1$s",
                "%1$s; commit; %1$s",
                "%1$s; commit; %1$s; commit",
                "commit; %1$s; %1$s",
                "begin; %1$s; %1$s; commit",
                "begin; %1$s; commit; %1$s",
                "%1$s; begin; %1$s; commit",
                "begin; %1$s; commit; begin; %1$s; commit",
                "rollback; %1$s; %1$s",
                "begin; %1$s; commit and chain; %1$s; commit",
                "begin; savepoint s; %1$s; rollback to s; %1$s; %1$s; commit"
            })
    void inBothModes(String pattern) throws SQLException {
        String sql = String.format(pattern, INSERT);
        for (boolean autoCommit : new boolean[] {true, false}) {
            notes.database().execute("truncate note");
            connection.setAutoCommit(autoCommit);
            Sql.execute(connection, sql);
            notes.assertAllSeenByAcme(2);
        }
    }

    private void assertNothingWritten() throws SQLException {
        connection.setAutoCommit(true);
        assertThat(Sql.query(notes.database().administrator(), "select count(*) from note"))
                .isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void prepared(boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        try (PreparedStatement statement = connection.prepareStatement(TWICE)) {
            for (int i = 0; i < 10; i++) {
                statement.execute();
            }
        }
        notes.assertAllSeenByAcme(20);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void inABatch(boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        try (Statement statement = connection.createStatement()) {
            for (String sql : new String[] {INSERT, "commit", INSERT, "begin", INSERT, "commit"}) {
                statement.addBatch(sql);
            }
            if (setup.behindPooler()) {
                assertNeedsItsOwnSession(statement::executeBatch);
                assertNothingWritten();
                return;
            }
            statement.executeBatch();
        }
        notes.assertAllSeenByAcme(3);
    }

    @Test
    void thatEndInAnotherTransaction() throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(INSERT + "; commit and chain");
            statement.executeUpdate(INSERT);
        }
        notes.assertAllSeenByAcme(2);
    }
}
