package io.tenantdatasource.it;

import static io.tenantdatasource.it.Pooled.assertRefused;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Promise 1 for rows that the server sends one after the other, or that are changed where they stand. */
@TenantDatabase(scripts = {"/io/tenantdatasource/it/note.sql", "/io/tenantdatasource/it/note-changes.sql"})
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class CursorsAreBoundTest {

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

    private static final String ROWS =
            "select current_setting('app.organization_id', true), n from generate_series(1, 7) n";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100})
    void fetchSizes(int fetchSize) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
            statement.setFetchSize(fetchSize);
            for (int i = 0; i < 10; i++) {
                assertAllBound(statement.executeQuery(), 7);
                if (i % 2 == 0) {
                    connection.commit();
                }
            }
        }
    }

    @Test
    void fetchSizeInAutocommitMode() throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(1);
            assertAllBound(statement.executeQuery(ROWS), 7);
        }
    }

    @Test
    void twoAtATime() throws SQLException {
        connection.setAutoCommit(false);
        try (Statement first = connection.createStatement();
                Statement second = connection.createStatement()) {
            first.setFetchSize(1);
            second.setFetchSize(1);
            ResultSet firstRows = first.executeQuery(ROWS);
            ResultSet secondRows = second.executeQuery(ROWS);
            while (firstRows.next() && secondRows.next()) {
                assertThat(firstRows.getString(1)).isEqualTo(ACME.organizationId());
                assertThat(secondRows.getString(1)).isEqualTo(ACME.organizationId());
            }
        }
    }

    @Test
    void limitedRows() throws SQLException {
        connection.setAutoCommit(true);
        try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
            statement.setMaxRows(2);
            for (int i = 0; i < 10; i++) {
                assertAllBound(statement.executeQuery(), setup.simpleProtocol() ? 7 : 2);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.TYPE_SCROLL_SENSITIVE})
    void scrolledBack(int type) throws SQLException {
        try (Statement statement = connection.createStatement(type, ResultSet.CONCUR_READ_ONLY)) {
            ResultSet rows = statement.executeQuery(ROWS);
            rows.last();
            assertThat(rows.getString(1)).isEqualTo(ACME.organizationId());
            rows.first();
            assertThat(rows.getString(1)).isEqualTo(ACME.organizationId());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void updatedRows(boolean autoCommit) throws SQLException {
        notes.database().execute("insert into note (text, seen) values ('a', 'nobody'), ('b', 'nobody')");
        connection.setAutoCommit(autoCommit);
        try (PreparedStatement statement = connection.prepareStatement(
                "select id, text, seen from note order by id",
                ResultSet.TYPE_SCROLL_INSENSITIVE,
                ResultSet.CONCUR_UPDATABLE)) {
            ResultSet notes = statement.executeQuery();
            while (notes.next()) {
                if (!autoCommit) {
                    connection.commit();
                }
                notes.updateString("text", "updated");
                notes.updateRow();
                notes.refreshRow();
                assertThat(notes.getString("seen")).isEqualTo(ACME.organizationId());
            }
            if (!autoCommit) {
                connection.commit();
            }
            notes.moveToInsertRow();
            notes.updateString("text", "inserted");
            notes.insertRow();
        }
        notes.assertAllSeenByAcme(3);
    }

    @Test
    void declaredBySqlText() throws SQLException {
        connection.setAutoCommit(false);
        Sql.execute(connection, "declare mine scroll cursor with hold for " + ROWS);
        assertThat(Sql.query(connection, "fetch last from mine")).isEqualTo(ACME.organizationId());
        connection.commit();
        if (setup.behindPooler()) {
            assertRefused("34000", () -> Sql.query(connection, "fetch first from mine"));
            return;
        }
        assertThat(Sql.query(connection, "fetch first from mine")).isEqualTo(ACME.organizationId());
        Sql.execute(connection, "close mine");
        connection.commit();
    }

    private static void assertAllBound(ResultSet result, int expected) throws SQLException {
        int rows = 0;
        while (result.next()) {
            assertThat(result.getString(1)).isEqualTo(ACME.organizationId());
            rows++;
        }
        assertThat(rows).isEqualTo(expected);
    }
}
