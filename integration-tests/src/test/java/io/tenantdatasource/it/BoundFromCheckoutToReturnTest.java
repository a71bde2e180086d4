package io.tenantdatasource.it;

import static io.tenantdatasource.it.Pooled.assertNeedsItsOwnSession;
import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;

/** Promise 1: every statement sees the checkout's tenant, however it was reached. */
@TenantDatabase(
        scripts = {
            "/io/tenantdatasource/it/note.sql",
            "/io/tenantdatasource/it/note-changes.sql",
            "/io/tenantdatasource/it/organization-calls.sql"
        })
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class BoundFromCheckoutToReturnTest {

    @Parameter
    private Setup setup;

    @AutoClose
    private Wrapped wrapped;

    private Connection connection;

    @BeforeEach
    void checkOut(TestDatabase database) throws SQLException {
        wrapped = Wrapped.over(database.administrator(), setup);
        connection = wrapped.checkout(ACME);
    }

    @AfterEach
    void giveBack() throws SQLException {
        connection.close();
        wrapped.assertClean();
    }

    @Test
    void plainStatement() throws SQLException {
        assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(ACME.organizationId());
    }

    @Test
    void preparedStatementAlsoOnceTheServerHasPreparedIt() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ORGANIZATION)) {
            for (int i = 0; i < 10; i++) {
                assertBound(statement.executeQuery());
            }
        }
    }

    @Test
    void callableStatement() throws SQLException {
        try (CallableStatement call = connection.prepareCall("select organization()")) {
            assertBound(call.executeQuery());
        }
    }

    @Test
    void outParameter() throws SQLException {
        try (CallableStatement call = connection.prepareCall("{ ? = call organization() }")) {
            call.registerOutParameter(1, Types.VARCHAR);
            if (setup.simpleProtocol()) {
                assertThatThrownBy(call::execute).hasMessageContaining("organization(unknown) does not exist");
                return;
            }
            call.execute();
            assertThat(call.getString(1)).isEqualTo(ACME.organizationId());
        }
    }

    @Test
    void batchAndGeneratedKeys() throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into note (text) values (?)", new String[] {"seen"})) {
            for (String text : new String[] {"one", "two"}) {
                insert.setString(1, text);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).containsExactly(1, 1);
            assertBound(insert.getGeneratedKeys());
        }
    }

    @Test
    void updatableResultSet() throws SQLException {
        try (Statement statement =
                        connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
                ResultSet notes = statement.executeQuery("select id, text, seen from note where false")) {
            notes.moveToInsertRow();
            notes.updateString("text", "inserted");
            notes.insertRow();
            notes.first();
            assertThat(seenBy("inserted")).isEqualTo(ACME.organizationId());

            notes.updateString("text", "updated");
            notes.updateNull("seen");
            notes.updateRow();
            assertThat(seenBy("updated")).isEqualTo(ACME.organizationId());
        }
    }

    private String seenBy(String text) throws SQLException {
        return Sql.query(connection, "select seen from note where text = '" + text + "'");
    }

    @Test
    void rowsFetchedThroughACursor() throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(2);
            ResultSet result = statement.executeQuery(
                    "select current_setting('app.organization_id', true) from generate_series(1, 7)");
            int rows = 0;
            while (result.next()) {
                assertThat(result.getString(1)).isEqualTo(ACME.organizationId());
                rows++;
            }
            assertThat(rows).isEqualTo(7);
        }
    }

    @Test
    void connectionOfAStatement() throws SQLException {
        try (Statement plain = connection.createStatement();
                PreparedStatement prepared = connection.prepareStatement(ORGANIZATION);
                CallableStatement callable = connection.prepareCall("{ ? = call organization() }")) {
            assertLeadsBack(plain.getConnection());
            assertLeadsBack(prepared.getConnection());
            assertLeadsBack(callable.getConnection());
        }
    }

    @Test
    void connectionOfAResultSetsStatement() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            ResultSet result = statement.executeQuery(ORGANIZATION);
            assertThat(result.getStatement()).isSameAs(statement);
            assertLeadsBack(result.getStatement().getConnection());
        }
    }

    @Test
    void connectionOfTheGeneratedKeysStatement() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("insert into note (text) values ('k')", Statement.RETURN_GENERATED_KEYS);
            assertLeadsBack(statement.getGeneratedKeys().getStatement().getConnection());
        }
    }

    @Test
    void connectionOfTheMetaDataAndOfItsResultSets() throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        assertLeadsBack(metaData.getConnection());
        try (ResultSet tables = metaData.getTables(null, null, "note", null)) {
            assertThat(tables.next()).isTrue();
            assertLeadsBack(tables.getStatement().getConnection());
        }
    }

    @Test
    void connectionOfAnArraysResultSet() throws SQLException {
        Array created = connection.createArrayOf("text", new String[] {"a"});
        assertLeadsBack(created.getResultSet().getStatement().getConnection());

        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select array['a'], array['b']")) {
            result.next();
            Array asObject = (Array) result.getObject(2);
            assertLeadsBack(result.getArray(1).getResultSet().getStatement().getConnection());
            assertLeadsBack(asObject.getResultSet().getStatement().getConnection());
        }
    }

    @Test
    void connectionOfARefCursor() throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            ResultSet result = statement.executeQuery("select notes()");
            result.next();
            ResultSet cursor = (ResultSet) result.getObject(1);
            assertLeadsBack(cursor.getStatement().getConnection());
            assertBound(cursor);
        }
    }

    @Test
    void unwrappedAsAConnectionItStaysWhatItIs() throws SQLException {
        assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.unwrap(Statement.class)).isSameAs(statement);
        }
    }

    @Test
    void driversOwnConnectionAndStatement() throws SQLException {
        assertThat(connection.isWrapperFor(PGConnection.class)).isTrue();
        if (setup.behindPooler()) {
            assertNeedsItsOwnSession(() -> connection.unwrap(PGConnection.class));
        }
        setup.holdSession(connection);
        Connection driversOwn = (Connection) connection.unwrap(PGConnection.class);
        assertThat(Sql.query(driversOwn, ORGANIZATION)).isEqualTo(ACME.organizationId());

        try (Statement statement = connection.createStatement()) {
            Statement driversStatement = (Statement) statement.unwrap(PGStatement.class);
            assertBound(driversStatement.executeQuery(ORGANIZATION));
        }
    }

    private void assertLeadsBack(Connection reached) throws SQLException {
        assertThat(reached).isSameAs(connection);
        assertThat(Sql.query(reached, ORGANIZATION)).isEqualTo(ACME.organizationId());
    }

    private static void assertBound(ResultSet result) throws SQLException {
        assertThat(result.next()).isTrue();
        assertThat(result.getString(1)).isEqualTo(ACME.organizationId());
    }
}
