package io.tenantdatasource.it;

import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
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

/** Promise 3: a failed statement fails with the driver's exception, at the position in the user's own text. */
@Tag("comparison-with-the-driver")
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#likeTheDriver")
class ErrorsAreTheDriversTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    private static final List<String> OF_ONE_STATEMENT = List.of(
            "select nonsense from note",
            "  select\n\n  nonsense from note",
            "-- comment\nselect 'ü', nonsense from note",
            "selec 1",
            "select 1; selec 2",
            "select 1; select nonsense",
            "select * from no_such_table",
            "select 1/0",
            "select telling('x'), 1/0",
            "insert into note (text) values ('one')",
            "insert into note (text) values (null)",
            "insert into note (text) values (repeat('x', 60))",
            "do $$ begin raise exception 'own' using errcode = 'P1234', detail = 'd', hint = 'h'; end $$",
            "select 'unterminated",
            "select 1)",
            "set transaction isolation level nonsense",
            "rollback to no_such_savepoint",
            "execute no_such_statement",
            "copy note from stdin");

    @Test
    void ofWhatTakesNoTransaction() throws SQLException {
        assertSameForEachInATransaction(
                List.of("vacuum no_such_table", "call write_twice(repeat('x', 60))"),
                ErrorsAreTheDriversTest::plainAndPrepared);
    }

    @Test
    void ofOneStatement() throws SQLException {
        assertSameForEach(OF_ONE_STATEMENT, ErrorsAreTheDriversTest::plainAndPrepared);
    }

    private static void plainAndPrepared(String sql, Connection connection, Transcript seen) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            seen.execute(statement, sql);
            seen.execute(statement, "select 'and now'");
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
        }
        seen.act("prepared", () -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < 7; i++) {
                    seen.execute(statement);
                    if (!connection.getAutoCommit()) {
                        connection.rollback();
                    }
                }
            }
        });
        seen.ask("the connection works", () -> Sql.query(connection, "select count(*) from note"));
    }

    @Test
    void ofParametersThatTheServerRefuses() throws SQLException {
        assertSame((connection, seen) -> {
            try (PreparedStatement statement = connection.prepareStatement("select ?::int, 10 / ?")) {
                for (int i = 0; i < 10; i++) {
                    statement.setString(1, i % 2 == 0 ? "7" : "seven");
                    statement.setInt(2, i % 3);
                    seen.ask("rows", statement::executeQuery);
                    if (!connection.getAutoCommit()) {
                        connection.rollback();
                    }
                }
                statement.setString(1, "nul \0");
                seen.ask("NUL", statement::executeQuery);
            }
        });
    }

    @Test
    void afterAFailureInATransaction() throws SQLException {
        assertSame((connection, seen) -> {
            connection.setAutoCommit(false);
            seen.ask("first", () -> Sql.query(connection, "select 1/0"));
            seen.ask("second", () -> Sql.query(connection, "select 2"));
            seen.act("commit", connection::commit);
            seen.ask("third", () -> Sql.query(connection, "select 3"));
            seen.ask("fails late", () -> Sql.query(connection, "select 1/(3 - n) from generate_series(1, 3) n"));
            seen.act("rollback", connection::rollback);
            seen.ask("fourth", () -> Sql.query(connection, "select 4"));
        });
    }

    @Test
    void ofTimeouts() throws SQLException {
        assertSame((connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                seen.execute(statement, "set statement_timeout = 50");
                seen.ask("slow", () -> statement.executeQuery("select pg_sleep(30)"));
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
                seen.execute(statement, "set statement_timeout = 0");
            }
        });
    }

    @Test
    void ofRowsThatFailWhileTheyAreFetched() throws SQLException {
        assertSame((connection, seen) -> {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(1);
                seen.ask("rows", () -> statement.executeQuery("select 1 / (3 - n) from generate_series(1, 5) n"));
            }
        });
    }

    @Test
    void ofDeferredConstraints() throws SQLException {
        assertSame((connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                seen.execute(statement, "create table child (note int references note deferrable initially deferred)");
                seen.execute(statement, "insert into child values (99)");
                if (!connection.getAutoCommit()) {
                    seen.act("commit", connection::commit);
                }
                seen.execute(statement, "insert into child values (98); select 1");
                if (!connection.getAutoCommit()) {
                    seen.execute(statement, "commit");
                }
            }
        });
    }

    private interface ScenarioOfAText {
        void run(String sql, Connection connection, Transcript seen) throws SQLException;
    }

    private void assertSameForEachInATransaction(List<String> texts, ScenarioOfAText scenario) throws SQLException {
        Comparison.assertSameInATransaction(
                DATABASE,
                setup,
                texts.stream()
                        .<Comparison.Scenario>map(sql -> (connection, seen) -> scenario.run(sql, connection, seen))
                        .toList());
    }

    private void assertSameForEach(List<String> texts, ScenarioOfAText scenario) throws SQLException {
        Comparison.assertSame(
                DATABASE,
                setup,
                texts.stream()
                        .<Comparison.Scenario>map(sql -> (connection, seen) -> scenario.run(sql, connection, seen))
                        .toList());
    }

    private void assertSame(Comparison.Scenario scenario) throws SQLException {
        Comparison.assertSame(DATABASE, setup, List.of(scenario));
    }
}
