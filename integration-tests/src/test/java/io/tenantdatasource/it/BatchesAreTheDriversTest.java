package io.tenantdatasource.it;

import io.tenantdatasource.test.TestDatabase;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Promise 3: a batch counts, and fails, as the driver's own. */
@Tag("comparison-with-the-driver")
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#likeTheDriver")
class BatchesAreTheDriversTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    @Test
    void ofPlainStatements() throws SQLException {
        assertSame((connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                seen.ask("empty", statement::executeBatch);
                statement.addBatch("insert into note (text) values ('a'), ('b')");
                statement.addBatch("update note set amount = 1");
                statement.addBatch("create table other (id int)");
                seen.ask("counts", statement::executeBatch);
                seen.ask("again", statement::executeBatch);
                statement.addBatch("delete from note where id = 1");
                statement.clearBatch();
                seen.ask("cleared", statement::executeBatch);
                statement.addBatch("delete from note where id = 2");
                seen.ask("large", statement::executeLargeBatch);
                seen.act("two in one", () -> statement.addBatch("delete from note; delete from note"));
            }
        });
    }

    @Test
    void ofPreparedStatements() throws SQLException {
        assertSame((connection, seen) -> {
            try (PreparedStatement statement = connection.prepareStatement("insert into note (text) values (?)")) {
                seen.ask("empty", statement::executeBatch);
                for (int round = 0; round < 7; round++) {
                    for (int i = 0; i < 5; i++) {
                        statement.setString(1, "note " + round + " " + i);
                        statement.addBatch();
                    }
                    seen.ask("counts", round % 2 == 0 ? statement::executeBatch : statement::executeLargeBatch);
                    seen.ask("count", statement::getUpdateCount);
                    seen.ask("result", statement::getResultSet);
                    seen.ask("keys", statement::getGeneratedKeys);
                    seen.ask("warnings", statement::getWarnings);
                    if (!connection.getAutoCommit() && round % 2 == 0) {
                        connection.commit();
                    }
                }
                statement.setString(1, "single");
                seen.ask("single", statement::executeUpdate);
            }
        });
    }

    @Test
    void ofAThousandRows() throws SQLException {
        assertSame((connection, seen) -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("insert into note (text, amount) values (?, ?)")) {
                addThousand(statement);
                seen.ask("counts", statement::executeBatch);
            }
        });
    }

    @Test
    void ofAThousandRowsWithGeneratedKeys() throws SQLException {
        assertSame((connection, seen) -> {
            String insert = "insert into note (text, amount) values (?, ?)";
            for (int autoKeys : new int[] {Statement.RETURN_GENERATED_KEYS, Statement.NO_GENERATED_KEYS}) {
                try (PreparedStatement statement = connection.prepareStatement(insert, autoKeys);
                        Statement delete = connection.createStatement()) {
                    addThousand(statement);
                    seen.ask("counts", statement::executeBatch);
                    seen.ask("keys", statement::getGeneratedKeys);
                    seen.execute(delete, "delete from note");
                }
            }
            try (PreparedStatement statement = connection.prepareStatement(insert, new String[] {"id"})) {
                addThousand(statement);
                seen.ask("counts", statement::executeBatch);
                seen.ask("keys", statement::getGeneratedKeys);
            }
        });
    }

    private static void addThousand(PreparedStatement statement) throws SQLException {
        for (int i = 0; i < 1_000; i++) {
            statement.setString(1, "note " + i);
            statement.setInt(2, i);
            statement.addBatch();
        }
    }

    @Test
    void withReturningInTheText() throws SQLException {
        assertSame((connection, seen) -> {
            for (int keys : new int[] {Statement.NO_GENERATED_KEYS, Statement.RETURN_GENERATED_KEYS}) {
                try (PreparedStatement statement =
                        connection.prepareStatement("insert into note (text) values (?) returning id", keys)) {
                    for (int i = 0; i < 3; i++) {
                        statement.setString(1, "note " + keys + " " + i);
                        statement.addBatch();
                    }
                    seen.ask("counts", statement::executeBatch);
                    seen.ask("keys", statement::getGeneratedKeys);
                }
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
            }
        });
    }

    @Test
    void thatFail() throws SQLException {
        assertSameInATransaction((connection, seen) -> {
            for (int failing : new int[] {0, 1, 4}) {
                try (PreparedStatement prepared = connection.prepareStatement("insert into note (text) values (?)");
                        PreparedStatement withKeys = connection.prepareStatement(
                                "insert into note (text) values (?)", Statement.RETURN_GENERATED_KEYS);
                        Statement plain = connection.createStatement()) {
                    for (int i = 0; i < 5; i++) {
                        String text = i == failing ? "one" : "failing " + failing + " " + i;
                        prepared.setString(1, text);
                        prepared.addBatch();
                        withKeys.setString(1, text);
                        withKeys.addBatch();
                        plain.addBatch("insert into note (text) values ('" + text + "')");
                    }
                    for (Statement statement : List.of(prepared, withKeys, plain)) {
                        seen.ask("counts", statement::executeBatch);
                        seen.ask("keys", statement::getGeneratedKeys);
                        if (!connection.getAutoCommit()) {
                            connection.rollback();
                        }
                        seen.ask("left in the batch", statement::executeBatch);
                        seen.execute(plain, "delete from note where text like 'failing%'");
                        if (!connection.getAutoCommit()) {
                            connection.commit();
                        }
                    }
                }
            }
        });
    }

    @Test
    void ofQueries() throws SQLException {
        assertSame((connection, seen) -> {
            try (PreparedStatement prepared = connection.prepareStatement("select ?::int");
                    Statement plain = connection.createStatement()) {
                for (int i = 0; i < 2; i++) {
                    prepared.setInt(1, i);
                    prepared.addBatch();
                    plain.addBatch("select " + i);
                }
                seen.ask("prepared", prepared::executeBatch);
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
                seen.ask("plain", plain::executeBatch);
                seen.ask("results", plain::getResultSet);
            }
        });
    }

    @Test
    void ofCalls() throws SQLException {
        assertSame((connection, seen) -> {
            try (CallableStatement call = connection.prepareCall("{ call telling(?) }")) {
                for (int i = 0; i < 3; i++) {
                    call.setString(1, "call " + i);
                    call.addBatch();
                }
                seen.ask("counts", call::executeBatch);
                seen.ask("warnings", call::getWarnings);
            }
        });
    }

    @Test
    void thatEndTheirTransaction() throws SQLException {
        assertSameInASession((connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                statement.addBatch("insert into note (text) values ('a')");
                statement.addBatch("commit");
                statement.addBatch("insert into note (text) values ('b')");
                statement.addBatch("rollback");
                statement.addBatch("insert into note (text) values ('c')");
                seen.ask("counts", statement::executeBatch);
            }
        });
    }

    @Test
    void ofTypedParameters() throws SQLException {
        assertSame((connection, seen) -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("insert into note (text, written, tags) values (?, ?, ?)")) {
                for (int round = 0; round < 7; round++) {
                    for (int i = 0; i < 3; i++) {
                        statement.setString(1, "typed " + round + " " + i);
                        statement.setTimestamp(2, i == 1 ? null : Timestamp.valueOf("2020-01-01 00:00:00"));
                        statement.setArray(3, connection.createArrayOf("text", new String[] {"a", "b"}));
                        statement.addBatch();
                    }
                    seen.ask("counts", statement::executeBatch);
                }
            }
        });
    }

    private void assertSameInASession(Comparison.Scenario scenario) throws SQLException {
        Comparison.assertSameInASession(DATABASE, setup, List.of(scenario));
    }

    private void assertSameInATransaction(Comparison.Scenario scenario) throws SQLException {
        Comparison.assertSameInATransaction(DATABASE, setup, List.of(scenario));
    }

    private void assertSame(Comparison.Scenario scenario) throws SQLException {
        Comparison.assertSame(DATABASE, setup, List.of(scenario));
    }
}
