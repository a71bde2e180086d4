package io.tenantdatasource.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TestDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Promise 3: a prepared statement is described, filled in and used again as the driver's own. */
@Tag("comparison-with-the-driver")
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#likeTheDriver")
class PreparedStatementsAreTheDriversTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    private static final List<String> DESCRIPTIONS_BEFORE_AND_AFTER_EXECUTION = List.of(
            "select id, text as t, amount * 2 as twice from note where id = ? and text like ?",
            "insert into note (text, amount, written, tags) values (?, ?, ?, ?)",
            "insert into note (text) values (?) returning *",
            "update note set text = ? where id = ?",
            "select ?::int, ?::timestamp, ?::jsonb, ?::uuid",
            "select 1; select ?::text",
            "create table other (id int)",
            "select nonsense from note where id = ?",
            "");

    @Test
    void descriptionsBeforeAndAfterExecution() throws SQLException {
        assertSameForEachInASession(DESCRIPTIONS_BEFORE_AND_AFTER_EXECUTION, (sql, connection, seen) -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                describe(seen, statement);
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
                seen.ask("execute", statement::execute);
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
                describe(seen, statement);
            }
        });
    }

    @Test
    void descriptionsOfAStatementThatTheServerHasPrepared() throws SQLException {
        assertSameInASession((connection, seen) -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select text, written from note where id = ? and amount = ?")) {
                for (int i = 0; i < 8; i++) {
                    statement.setInt(1, i);
                    statement.setInt(2, 0);
                    seen.ask("rows", statement::executeQuery);
                    describe(seen, statement);
                }
            }
        });
    }

    /** In simple mode pgjdbc describes nothing, and says so by an Error, which ends a connection. */
    private void describe(Transcript seen, PreparedStatement statement) {
        if (setup.simpleProtocol()) {
            return;
        }
        seen.ask("columns", statement::getMetaData);
        seen.ask("parameters", () -> {
            ParameterMetaData parameters = statement.getParameterMetaData();
            StringBuilder types = new StringBuilder();
            for (int i = 1; i <= parameters.getParameterCount(); i++) {
                types.append(parameters.getParameterTypeName(i))
                        .append(' ')
                        .append(parameters.getParameterType(i))
                        .append(' ')
                        .append(parameters.getParameterClassName(i))
                        .append(' ')
                        .append(parameters.getParameterMode(i))
                        .append("; ");
            }
            return types;
        });
        seen.ask("no such parameter", () -> statement.getParameterMetaData().getParameterType(9));
    }

    @Test
    void theirText() throws SQLException {
        assertSame((connection, seen) -> {
            try (PreparedStatement statement = connection.prepareStatement("select ?::int, ?::text -- and ?")) {
                seen.ask("empty", statement::toString);
                statement.setInt(1, 7);
                seen.ask("half", statement::toString);
                statement.setString(2, "it's");
                seen.ask("full", statement::toString);
                seen.execute(statement);
                seen.ask("executed", statement::toString);
                statement.addBatch();
                seen.ask("batched", statement::toString);
                statement.clearParameters();
                seen.ask("cleared", statement::toString);
            }
        });
    }

    @Test
    void parametersThatAreMissingOrTooMany() throws SQLException {
        assertSame((connection, seen) -> {
            try (PreparedStatement statement = connection.prepareStatement("select ?::int + ?::int")) {
                seen.act("zero", () -> statement.setInt(0, 1));
                seen.act("three", () -> statement.setInt(3, 1));
                seen.act("negative", () -> statement.setString(-1, "x"));
                seen.ask("none set", statement::executeQuery);
                statement.setInt(2, 1);
                seen.ask("first missing", statement::executeQuery);
                statement.setInt(1, 1);
                seen.ask("set", statement::executeQuery);
                statement.clearParameters();
                seen.ask("cleared", statement::executeQuery);
                seen.act("batch", statement::addBatch);
                seen.act("batched", statement::executeBatch);
            }
            try (PreparedStatement statement = connection.prepareStatement("select 1")) {
                seen.act("no parameter", () -> statement.setInt(1, 1));
            }
        });
    }

    @Test
    void typesOfParametersThatChange() throws SQLException {
        assertSame((connection, seen) -> {
            try (PreparedStatement statement = connection.prepareStatement("select pg_typeof(?), ?::text")) {
                for (int i = 0; i < 12; i++) {
                    if (i % 2 == 0) {
                        statement.setInt(1, i);
                    } else {
                        statement.setBigDecimal(1, BigDecimal.TEN);
                    }
                    statement.setObject(2, i % 3 == 0 ? null : LocalDate.of(2020, 1, 1 + i));
                    seen.ask("rows", statement::executeQuery);
                    if (!connection.getAutoCommit()) {
                        connection.commit();
                    }
                }
            }
        });
    }

    @Test
    void usedAcrossTransactionsAndModes() throws SQLException {
        assertSame((connection, seen) -> {
            try (PreparedStatement select = connection.prepareStatement("select text from note where id = ?");
                    PreparedStatement update =
                            connection.prepareStatement("update note set amount = amount + ? where id = 1")) {
                for (int i = 0; i < 21; i++) {
                    connection.setAutoCommit(i % 3 == 0);
                    select.setInt(1, 1 + i % 3);
                    update.setInt(1, i);
                    seen.ask("rows", select::executeQuery);
                    seen.ask("count", update::executeUpdate);
                    if (!connection.getAutoCommit() && i % 2 == 0) {
                        connection.rollback();
                    }
                }
                connection.setAutoCommit(true);
            }
        });
    }

    /**
     * The driver runs such a statement again by itself where it is no part of a string, and only in autocommit mode. What
     * carries fails once, in any mode, and has changed nothing.
     */
    @Test
    void afterATableHasChangedUnderThemTheyFailOnceAtTheMost() throws SQLException {
        DATABASE.execute(
                "drop table if exists changing; create table changing (id int); insert into changing values (1)");
        try (Wrapped wrapped = Wrapped.over(DATABASE.administrator(), setup);
                Connection connection = wrapped.checkout(Wrapped.ACME);
                PreparedStatement select = connection.prepareStatement("select * from changing")) {
            connection.setAutoCommit(true);
            for (int execution = 0; execution < 7; execution++) {
                select.executeQuery().close();
            }
            DATABASE.execute("alter table changing add column more int default 2");
            try {
                assertThat(columns(select)).isEqualTo(2);
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo("0A000");
                assertThat(connection.isClosed() || columns(select) == 2)
                        .as("closed by HikariCP, which takes that for a broken connection, or well again")
                        .isTrue();
            }
        }
    }

    private static int columns(PreparedStatement select) throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            return rows.getMetaData().getColumnCount();
        }
    }

    private static final List<String> AFTER_THE_SERVER_HAS_FORGOTTEN_THEM =
            List.of("discard all", "deallocate all", "discard plans");

    @Test
    void afterTheServerHasForgottenThem() throws SQLException {
        List<String> texts = AFTER_THE_SERVER_HAS_FORGOTTEN_THEM.stream()
                .filter(text -> !setup.behindPooler() || !text.equals("discard all")) // which no block takes
                .toList();
        assertSameForEach(texts, (forget, connection, seen) -> {
            try (PreparedStatement select = connection.prepareStatement("select text from note where id = ?");
                    Statement statement = connection.createStatement()) {
                for (int i = 0; i < 21; i++) {
                    select.setInt(1, 1);
                    seen.ask("rows", select::executeQuery);
                    if (i % 7 == 6) {
                        if (!connection.getAutoCommit()) {
                            connection.commit();
                        }
                        seen.execute(statement, forget);
                        if (!connection.getAutoCommit()) {
                            connection.rollback();
                        }
                    }
                }
            }
        });
    }

    @Test
    void preparedBySqlText() throws SQLException {
        assertSameInASession((connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                seen.execute(statement, "prepare mine (int) as select text from note where id = $1");
                seen.execute(statement, "execute mine (2)");
                seen.execute(statement, "select name, statement from pg_prepared_statements where from_sql");
                seen.execute(statement, "deallocate mine");
            }
        });
    }

    @Test
    void manyParameters() throws SQLException {
        assertSame((connection, seen) -> {
            int most = 32767;
            String marks = "?" + ",?".repeat(most - 1);
            try (PreparedStatement statement =
                    connection.prepareStatement("select count(*) from note where id in (" + marks + ")")) {
                for (int i = 1; i <= most; i++) {
                    statement.setInt(i, i);
                }
                seen.ask("rows", statement::executeQuery);
            }
        });
    }

    private interface ScenarioOfAText {
        void run(String sql, Connection connection, Transcript seen) throws SQLException;
    }

    private void assertSameForEachInASession(List<String> texts, ScenarioOfAText scenario) throws SQLException {
        Comparison.assertSameInASession(
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
