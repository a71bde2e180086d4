package io.tenantdatasource.it;

import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Promise 3: transactions begin, are configured and end as the driver's own. */
@Tag("comparison-with-the-driver")
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#likeTheDriver")
class TransactionsAreTheDriversTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    private static final List<String> BEGUN_BY_SQL_TEXT = List.of(
            "begin isolation level serializable",
            "begin isolation level repeatable read read only",
            "start transaction isolation level serializable, read only, deferrable",
            "begin; set transaction isolation level serializable",
            "begin; set local work_mem = '7MB'");

    @Test
    void begunBySqlText() throws SQLException {
        assertSameForEach(BEGUN_BY_SQL_TEXT, (begin, connection, seen) -> {
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                seen.execute(statement, begin);
                settings(seen, statement);
                seen.execute(statement, "insert into note (text) values ('a')");
                seen.execute(statement, "commit");
                settings(seen, statement);
            }
        });
    }

    private static final List<String> CONFIGURED_BY_THEIR_FIRST_STATEMENT = List.of(
            "set transaction isolation level serializable",
            "SET TRANSACTION READ ONLY",
            "/* mine */ set transaction isolation level repeatable read, read only",
            "set local transaction_isolation = 'serializable'");

    @Test
    void configuredByTheirFirstStatement() throws SQLException {
        assertSameForEach(CONFIGURED_BY_THEIR_FIRST_STATEMENT, TransactionsAreTheDriversTest::configured);
    }

    /** Which is too late for the server; behind a pooler it is taken for a statement that wants to be alone. */
    @Test
    void configuredByAQuery() throws SQLException {
        assertSameForEachInATransaction(
                List.of("select set_config('transaction_isolation', 'serializable', true)"),
                TransactionsAreTheDriversTest::configured);
    }

    private static void configured(String set, Connection connection, Transcript seen) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            seen.execute(statement, set);
            settings(seen, statement);
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(set);
                Statement other = connection.createStatement()) {
            for (int i = 0; i < 7; i++) {
                seen.execute(statement);
                settings(seen, other);
                if (!connection.getAutoCommit()) {
                    connection.commit();
                }
            }
        }
    }

    @Test
    void configuredAfterTheyWereBegunBySqlText() throws SQLException {
        assertSame((connection, seen) -> {
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                seen.execute(statement, "begin");
                seen.execute(statement, "set transaction isolation level serializable");
                settings(seen, statement);
                seen.execute(statement, "commit and chain");
                seen.execute(statement, "set transaction read only");
                settings(seen, statement);
                seen.execute(statement, "commit");
            }
        });
    }

    private static void settings(Transcript seen, Statement statement) {
        for (String setting : new String[] {"isolation", "read_only", "deferrable"}) {
            seen.execute(statement, "show transaction_" + setting);
        }
        seen.execute(statement, "show work_mem");
    }

    @Test
    void configuredThroughJdbc() throws SQLException {
        assertSameInASession((connection, seen) -> {
            seen.ask("isolation", connection::getTransactionIsolation);
            seen.act("serializable", () -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE));
            seen.act("read only", () -> connection.setReadOnly(true));
            seen.ask("isolation", connection::getTransactionIsolation);
            seen.ask("insert", () -> Sql.update(connection, "insert into note (text) values ('a')"));
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            seen.ask("count", () -> Sql.query(connection, "select count(*) from note"));
            seen.act("too late", () -> connection.setReadOnly(false));
            seen.act("too late", () -> connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED));
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            seen.act("back", () -> connection.setReadOnly(false));
            seen.act("back", () -> connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED));
            seen.ask("schema", connection::getSchema);
            if (!setup.behindPooler() || !connection.getAutoCommit()) { // or the next test would find it in its session
                seen.act("schema", () -> connection.setSchema("pg_catalog"));
                seen.ask("schema", connection::getSchema);
            }
            seen.ask("valid", () -> connection.isValid(5));
            seen.ask("timeout", connection::getNetworkTimeout);
        });
    }

    @Test
    void endedThroughJdbc() throws SQLException {
        assertSame((connection, seen) -> {
            seen.act("commit of nothing", connection::commit);
            seen.act("rollback of nothing", connection::rollback);
            seen.ask("insert", () -> Sql.update(connection, "insert into note (text) values ('a')"));
            seen.act("rollback", connection::rollback);
            seen.ask("insert", () -> Sql.update(connection, "insert into note (text) values ('b')"));
            seen.act("toggled", () -> connection.setAutoCommit(!connection.getAutoCommit()));
            seen.ask("count", () -> Sql.query(connection, "select count(*) from note"));
        });
    }

    @Test
    void savepoints() throws SQLException {
        assertSame((connection, seen) -> {
            seen.act("in autocommit or not", connection::setSavepoint);
            connection.setAutoCommit(false);
            Savepoint first = connection.setSavepoint("first");
            seen.ask("name", first::getSavepointName);
            seen.ask("id", first::getSavepointId);
            seen.ask("insert", () -> Sql.update(connection, "insert into note (text) values ('a')"));
            Savepoint second = connection.setSavepoint();
            seen.ask("insert", () -> Sql.update(connection, "insert into note (text) values ('b')"));
            seen.act("rollback", () -> connection.rollback(second));
            seen.ask("count", () -> Sql.query(connection, "select count(*) from note"));
            seen.act("rollback", () -> connection.rollback(first));
            seen.ask("count", () -> Sql.query(connection, "select count(*) from note"));
            seen.act("gone", () -> connection.rollback(second));
            seen.act("rollback", () -> connection.rollback(first));
            seen.act("release", () -> connection.releaseSavepoint(first));
            seen.act("released", () -> connection.rollback(first));
            seen.act("end", connection::rollback);
            seen.ask("no such savepoint", () -> Sql.update(connection, "release savepoint none"));
        });
    }

    private static final List<String> STATEMENTS_THAT_MAY_NOT_RUN_IN_ONE = List.of(
            "vacuum note",
            "vacuum (analyze) note",
            "reindex table concurrently note",
            "create index concurrently on note (amount)",
            "drop index concurrently if exists no_such_index",
            "alter system reset work_mem",
            "create database no_rights_needed template no_such_template");

    @Test
    void statementsThatMayNotRunInOne() throws SQLException {
        assertSameForEachInATransaction(STATEMENTS_THAT_MAY_NOT_RUN_IN_ONE, (sql, connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                seen.execute(statement, sql);
                seen.execute(statement, "/* mine */ " + sql);
            }
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < 7; i++) {
                    seen.execute(statement);
                }
            }
        });
    }

    @Test
    void cursorsBySqlText() throws SQLException {
        assertSameInASession((connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                seen.execute(statement, "declare mine cursor for select text from note order by id");
                seen.execute(statement, "fetch 2 from mine");
                seen.execute(statement, "close mine");
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
                seen.execute(statement, "declare held cursor with hold for select text from note order by id");
                if (!connection.getAutoCommit()) {
                    connection.commit();
                }
                seen.execute(statement, "fetch 2 from held");
                seen.execute(statement, "close held");
            }
        });
    }

    /** What is local to a transaction, and what the session keeps. */
    @Test
    void settingsOfTheUsers() throws SQLException {
        assertSameInASession((connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                seen.execute(statement, "set local work_mem = '7MB'");
                seen.execute(statement, "show work_mem");
                seen.execute(statement, "set work_mem = '8MB'");
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
                seen.execute(statement, "show work_mem");
                seen.execute(statement, "reset work_mem");
                seen.execute(statement, "select set_config('app.mine', 'x', false)");
                seen.execute(statement, "select current_setting('app.mine')");
                seen.execute(statement, "lock table note in share mode");
                seen.execute(statement, "set constraints all deferred");
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

    private void assertSameInASession(Comparison.Scenario scenario) throws SQLException {
        Comparison.assertSameInASession(DATABASE, setup, List.of(scenario));
    }

    private void assertSame(Comparison.Scenario scenario) throws SQLException {
        Comparison.assertSame(DATABASE, setup, List.of(scenario));
    }
}
