package io.tenantdatasource.it;

import io.tenantdatasource.test.TestDatabase;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Promise 3: generated keys are those of the user's rows. */
@Tag("comparison-with-the-driver")
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#likeTheDriver")
class GeneratedKeysAreTheDriversTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    private static final String INSERT = "insert into note (text) values ('a'), ('b')";

    @Test
    void ofPlainStatements() throws SQLException {
        assertSame((connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                seen.ask("all", () -> statement.executeUpdate(INSERT, Statement.RETURN_GENERATED_KEYS));
                keys(seen, statement);
                seen.ask("by name", () -> statement.executeUpdate("delete from note", new String[] {"text", "id"}));
                keys(seen, statement);
                seen.ask("executed", () -> statement.execute(INSERT, new String[] {"id"}));
                keys(seen, statement);
                seen.ask("large", () -> statement.executeLargeUpdate("delete from note", new String[] {"id"}));
                keys(seen, statement);
                seen.ask("none", () -> statement.executeUpdate(INSERT));
                keys(seen, statement);
                seen.ask(
                        "of no rows",
                        () -> statement.executeUpdate("delete from note where false", new String[] {"id"}));
                keys(seen, statement);
            }
        });
    }

    @Test
    void ofPreparedStatements() throws SQLException {
        assertSame((connection, seen) -> {
            String insert = "insert into note (text) values (?)";
            try (PreparedStatement all = connection.prepareStatement(insert, Statement.RETURN_GENERATED_KEYS);
                    PreparedStatement named = connection.prepareStatement(insert, new String[] {"id", "text"});
                    PreparedStatement none = connection.prepareStatement(insert, Statement.NO_GENERATED_KEYS)) {
                for (int i = 0; i < 7; i++) {
                    int number = i;
                    insert(seen, all, "all " + number);
                    insert(seen, named, "named " + number);
                    insert(seen, none, "none " + number);
                    if (!connection.getAutoCommit() && i % 2 == 0) {
                        connection.commit();
                    }
                }
            }
        });
    }

    private static void insert(Transcript seen, PreparedStatement statement, String text) throws SQLException {
        statement.setString(1, text);
        seen.ask("count", statement::executeUpdate);
        keys(seen, statement);
        seen.ask("more", statement::getMoreResults);
    }

    @Test
    void whereTheUserReturnsThem() throws SQLException {
        assertSame((connection, seen) -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "insert into note (text) values (?) returning id, upper(text)", Statement.RETURN_GENERATED_KEYS)) {
                for (int i = 0; i < 7; i++) {
                    statement.setString(1, "returned " + i);
                    seen.ask("execute", statement::execute);
                    keys(seen, statement);
                }
                statement.setString(1, "update");
                seen.ask("update", statement::executeUpdate);
                keys(seen, statement);
            }
            try (Statement statement = connection.createStatement()) {
                seen.ask("query", () -> statement.executeQuery("insert into note (text) values ('q') returning *"));
            }
        });
    }

    @Test
    void whereThereCanBeNone() throws SQLException {
        assertSame((connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                for (String sql : List.of("select 1", "create table other (id int)", "selec 1", "")) {
                    seen.ask(sql, () -> statement.execute(sql, Statement.RETURN_GENERATED_KEYS));
                    keys(seen, statement);
                    if (!connection.getAutoCommit()) {
                        connection.rollback();
                    }
                }
                seen.ask("no such column", () -> statement.executeUpdate(INSERT, new String[] {"nonsense"}));
                keys(seen, statement);
            }
        });
    }

    @Test
    void ofSeveralStatementsInOneString() throws SQLException {
        assertSame((connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                String two = "insert into note (text) values ('x'); insert into note (text) values ('y')";
                seen.ask("two", () -> statement.executeUpdate(two, Statement.RETURN_GENERATED_KEYS));
                keys(seen, statement);
                seen.ask("more", statement::getMoreResults);
                seen.ask("count", statement::getUpdateCount);
            }
        });
    }

    @Test
    void ofAFailure() throws SQLException {
        assertSame((connection, seen) -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "insert into note (text) values ('one')", Statement.RETURN_GENERATED_KEYS)) {
                for (int i = 0; i < 7; i++) {
                    seen.ask("duplicate", statement::executeUpdate);
                    keys(seen, statement);
                    if (!connection.getAutoCommit()) {
                        connection.rollback();
                    }
                }
            }
        });
    }

    private static void keys(Transcript seen, Statement statement) {
        seen.ask("keys", statement::getGeneratedKeys);
        seen.ask("result", statement::getResultSet);
        seen.ask("update count", statement::getUpdateCount);
    }

    private void assertSame(Comparison.Scenario scenario) throws SQLException {
        Comparison.assertSame(DATABASE, setup, List.of(scenario));
    }
}
