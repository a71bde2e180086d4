package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 1 for batches: each of their rows is written for the tenant, in autocommit mode too. */
@TenantDatabase(scripts = "/io/tenantdatasource/it/note.sql")
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class BatchesAreBoundTest {

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

    private static final String INSERT = "insert into note (text) values (?)";

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void plain(boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        try (Statement statement = connection.createStatement()) {
            for (int i = 0; i < 100; i++) {
                statement.addBatch("insert into note (text) values ('" + i + "')");
            }
            assertThat(statement.executeBatch()).hasSize(100).containsOnly(1);
        }
        notes.assertAllSeenByAcme(100);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void prepared(boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            addThousand(statement);
            statement.executeBatch();
        }
        notes.assertAllSeenByAcme(1_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void executedAgainAndAgain(boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            for (int i = 0; i < 10; i++) {
                statement.setString(1, "one");
                statement.addBatch();
                statement.setString(1, "two");
                statement.addBatch();
                statement.executeBatch();
                if (!autoCommit) {
                    connection.commit();
                }
            }
        }
        notes.assertAllSeenByAcme(20);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withGeneratedKeys(boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        try (PreparedStatement statement = connection.prepareStatement(INSERT, new String[] {"id", "seen"})) {
            addThousand(statement);
            statement.executeBatch();
            int keys = 0;
            for (ResultSet rows = statement.getGeneratedKeys(); rows.next(); keys++) {
                assertThat(rows.getString("seen")).isEqualTo(ACME.organizationId());
            }
            assertThat(keys).isEqualTo(1_000);
        }
        notes.assertAllSeenByAcme(1_000);
    }

    /** The driver cannot tell how much these send back, and asks the server for an answer in between. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withAllColumnsAsGeneratedKeys(boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        try (PreparedStatement statement = connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS)) {
            addThousand(statement);
            statement.executeBatch();
        }
        notes.assertAllSeenByAcme(1_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withReturningInTheText(boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        try (PreparedStatement statement =
                connection.prepareStatement(INSERT + " returning seen", Statement.RETURN_GENERATED_KEYS)) {
            addThousand(statement);
            statement.executeBatch();
        }
        notes.assertAllSeenByAcme(1_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withParametersThatHaveToBeDescribed(boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        try (PreparedStatement statement =
                connection.prepareStatement("insert into note (text, written) values (?, ?)")) {
            for (int round = 0; round < 10; round++) {
                for (int i = 0; i < 100; i++) {
                    statement.setString(1, "x".repeat(1_000));
                    statement.setTimestamp(2, i % 2 == 0 ? null : Timestamp.valueOf("2020-01-01 00:00:00"));
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        }
        notes.assertAllSeenByAcme(1_000);
    }

    @Test
    void afterOneThatFailed() throws SQLException {
        connection.setAutoCommit(true);
        try (PreparedStatement statement = connection.prepareStatement("insert into note (id) values (?)");
                PreparedStatement good = connection.prepareStatement(INSERT)) {
            statement.setInt(1, 1);
            statement.addBatch();
            statement.addBatch();
            assertThatThrownBy(statement::executeBatch).isInstanceOf(SQLException.class);
            good.setString(1, "good");
            good.addBatch();
            good.executeBatch();
        }
        notes.assertAllSeenByAcme(1);
    }

    private static void addThousand(PreparedStatement statement) throws SQLException {
        for (int i = 0; i < 1_000; i++) {
            statement.setString(1, "note " + i);
            statement.addBatch();
        }
    }
}
