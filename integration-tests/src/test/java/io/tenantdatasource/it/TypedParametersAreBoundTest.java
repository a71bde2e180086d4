package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.PGobject;

/**
 * Promise 1 whatever the parameters: pgjdbc has the server describe those without a type of their own before it sends a
 * statement, and waits for an answer in between when it expects a large one.
 */
@TenantDatabase(scripts = "/io/tenantdatasource/it/note.sql")
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class TypedParametersAreBoundTest {

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

    private interface Setter {
        void set(PreparedStatement statement) throws SQLException;
    }

    private record Typed(String type, Setter setter) {}

    private List<Typed> parameters() {
        return List.of(
                new Typed("timestamp", s -> s.setTimestamp(2, Timestamp.valueOf("2020-01-01 00:00:00"))),
                new Typed("date", s -> s.setDate(2, Date.valueOf("2020-01-01"))),
                new Typed("time", s -> s.setTime(2, Time.valueOf("01:02:03"))),
                new Typed("jsonb", s -> s.setObject(2, json())),
                new Typed("text[]", s -> s.setArray(2, connection.createArrayOf("text", new String[] {"a"}))),
                new Typed("int", s -> s.setNull(2, Types.OTHER)),
                new Typed("int", s -> s.setNull(2, Types.INTEGER)),
                new Typed("text", s -> s.setNull(2, Types.NULL)),
                new Typed("timestamp", s -> s.setObject(2, LocalDateTime.of(2020, 1, 1, 0, 0))),
                new Typed(
                        "timestamptz", s -> s.setObject(2, OffsetDateTime.of(2020, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC))),
                new Typed("uuid", s -> s.setObject(2, new UUID(1, 2))),
                new Typed("int", s -> s.setObject(2, "7", Types.OTHER)),
                new Typed("bytea", s -> s.setBytes(2, new byte[] {1, 2})),
                new Typed("text", s -> s.setString(2, "x".repeat(100_000))));
    }

    private static PGobject json() throws SQLException {
        PGobject json = new PGobject();
        json.setType("jsonb");
        json.setValue("{}");
        return json;
    }

    @Test
    void inAutocommitMode() throws SQLException {
        connection.setAutoCommit(true);
        for (Typed parameter : parameters()) {
            assertBoundTwentyTimes(parameter);
        }
    }

    @Test
    void inTransactions() throws SQLException {
        connection.setAutoCommit(false);
        for (Typed parameter : parameters()) {
            assertBoundTwentyTimes(parameter);
        }
    }

    private void assertBoundTwentyTimes(Typed parameter) throws SQLException {
        String sql = "select current_setting('app.organization_id', true), repeat('x', ?), ?::" + parameter.type();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < 20; i++) {
                statement.setInt(1, i * 1_000);
                parameter.setter().set(statement);
                ResultSet rows = statement.executeQuery();
                rows.next();
                assertThat(rows.getString(1))
                        .as("execution %s with %s", i, parameter.type())
                        .isEqualTo(ACME.organizationId());
                if (!connection.getAutoCommit()) {
                    connection.commit();
                }
            }
        }
    }

    @Test
    void inUpdatesThatAreDescribed() throws SQLException {
        connection.setAutoCommit(true);
        try (PreparedStatement statement =
                connection.prepareStatement("insert into note (text, written) values (?, ?)")) {
            for (int i = 0; i < 20; i++) {
                statement.setString(1, "text");
                statement.setTimestamp(2, Timestamp.valueOf("2020-01-01 00:00:00"));
                statement.executeUpdate();
            }
        }
        notes.assertAllSeenByAcme(20);
    }
}
