package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 1 for statements that give keys back. */
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class GeneratedKeysAreBoundTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    @AutoClose
    private Wrapped wrapped;

    private Connection connection;

    @BeforeAll
    static void createTables() {
        DATABASE.execute("""
                create table note (
                  id int generated always as identity primary key,
                  text text,
                  written timestamp,
                  seen text default current_setting('app.organization_id', true));
                """);
    }

    @BeforeEach
    void checkOut() throws SQLException {
        DATABASE.execute("truncate note");
        wrapped = Wrapped.over(DATABASE.administrator(), setup);
        connection = wrapped.checkout(ACME);
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
        assertAllSeenByAcme(4);
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
        assertAllSeenByAcme(20);
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
        assertAllSeenByAcme(10);
    }

    private static void assertKeyOfAcme(Statement statement) throws SQLException {
        ResultSet keys = statement.getGeneratedKeys();
        assertThat(keys.next()).isTrue();
        assertThat(keys.getString("seen")).isEqualTo(ACME.organizationId());
        assertThat(keys.next()).isFalse();
    }

    private void assertAllSeenByAcme(int rows) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
        assertThat(
                        Sql.query(
                                DATABASE.administrator(),
                                "select count(*) || ' notes of ' || string_agg(distinct coalesce(seen, 'null'), ', ') from note"))
                .isEqualTo(rows + " notes of " + ACME.organizationId());
    }
}
