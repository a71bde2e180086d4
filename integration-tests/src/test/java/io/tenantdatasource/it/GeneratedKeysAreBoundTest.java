package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 1 for statements that give keys back. */
@TenantDatabase(scripts = "/io/tenantdatasource/it/note.sql")
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class GeneratedKeysAreBoundTest {

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

    private static final String[] KEYS = {"id", "seen"};

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void plain(boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(INSERT, Statement.RETURN_GENERATED_KEYS);
            assertKeyOfAcme(statement);
            statement.execute(INSERT, Statement.RETURN_GENERATED_KEYS);
            assertKeyOfAcme(statement);
            statement.executeUpdate(INSERT, KEYS);
            assertKeyOfAcme(statement);
            statement.executeLargeUpdate(INSERT, KEYS);
            assertKeyOfAcme(statement);
        }
        notes.assertAllSeenByAcme(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void prepared(boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        try (PreparedStatement all = connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS);
                PreparedStatement named = connection.prepareStatement(INSERT, KEYS)) {
            for (int i = 0; i < 10; i++) {
                all.executeUpdate();
                assertKeyOfAcme(all);
                if (!autoCommit) {
                    connection.commit();
                }
                named.execute();
                assertKeyOfAcme(named);
            }
        }
        notes.assertAllSeenByAcme(20);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void returnedByTheUsersText(boolean autoCommit) throws SQLException {
        connection.setAutoCommit(autoCommit);
        try (PreparedStatement statement = connection.prepareStatement(INSERT + " returning seen")) {
            for (int i = 0; i < 10; i++) {
                ResultSet rows = statement.executeQuery();
                rows.next();
                assertThat(rows.getString(1)).isEqualTo(ACME.organizationId());
            }
        }
        notes.assertAllSeenByAcme(10);
    }

    private static void assertKeyOfAcme(Statement statement) throws SQLException {
        ResultSet keys = statement.getGeneratedKeys();
        assertThat(keys.next()).isTrue();
        assertThat(keys.getString("seen")).isEqualTo(ACME.organizationId());
        assertThat(keys.next()).isFalse();
    }
}
