package io.tenantdatasource.it;

import io.tenantdatasource.test.TestDatabase;
import java.math.BigDecimal;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Promise 3: each result, count and warning is that of the user's statement. */
@Tag("comparison-with-the-driver")
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#likeTheDriver")
class ResultsAreTheDriversTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    private static final List<String> ONE_STATEMENT = List.of(
            "select * from note order by id",
            "  select 1 as a, 'x' as b, null as c ; ",
            "-- comment\nselect 1",
            "/* comment; with a semicolon */ values (1, 'a'), (2, 'b')",
            "with gone as (delete from note where id = 1 returning *) select * from gone",
            "insert into note (text) values ('a'), ('b')",
            "insert into note (text) values ('a'), ('b') returning id, text",
            "update note set amount = 1 where id > 1",
            "delete from note",
            "merge into note using (values ('two')) as v (text) on note.text = v.text when matched then delete",
            "create table other (id int)",
            "table note",
            "show search_path",
            "explain (costs off) select * from note",
            "do $$ begin perform telling('from a block'); end $$",
            "set work_mem = '5MB'",
            "",
            ";",
            "-- nothing",
            "select ';' as \"semi;colon\", $$;$$, E'\\';'");

    @Test
    void oneStatement() throws SQLException {
        assertSameForEach(ONE_STATEMENT, (sql, connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                seen.execute(statement, sql);
                seen.execute(statement, sql);
            }
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                seen.execute(statement);
            }
        });
    }

    private static final List<String> SEVERAL_STATEMENTS_IN_ONE_STRING = List.of(
            "select 1; select 2",
            "select 1; insert into note (text) values ('a'); select 'b' as b; update note set amount = 2;",
            "insert into note (text) values ('a');; select count(*) from note",
            "select 1; select 1/0; select 2",
            "insert into note (text) values ('a'); commit; insert into note (text) values ('b')",
            "begin; insert into note (text) values ('a'); commit; select count(*) from note",
            "insert into note (text) values ('a'); rollback; insert into note (text) values ('b')",
            "commit; select 1; begin",
            "select telling('x'); select telling('y')",
            "create temp table t (id int) on commit drop; insert into t values (1); select * from t");

    /** Behind a pooler a text is refused that goes on after the end of its transaction. */
    private List<String> severalStatementsThatRunHere() {
        return SEVERAL_STATEMENTS_IN_ONE_STRING.stream()
                .filter(sql -> !setup.behindPooler() || !sql.matches(".*(commit|rollback);.*"))
                .toList();
    }

    @Test
    void severalStatementsInOneString() throws SQLException {
        assertSameForEach(severalStatementsThatRunHere(), (sql, connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                seen.execute(statement, sql);
                seen.execute(statement, "select 'next'");
            }
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                seen.execute(statement);
            }
        });
    }

    private static final List<String> TEXTS_OF_SEVERAL_BLOCKS = List.of(
            "begin; select 1; commit; select 1/0",
            "begin; select 1/0; commit; select 1",
            "select 1; begin; select 1/0",
            "begin isolation level repeatable read; lock table note in share mode; insert into note (text) values ('a'); commit",
            "begin; set local transaction isolation level serializable; select count(*) from note; commit",
            "begin; insert into note (text) values ('a'); savepoint s; insert into note (text) values ('b');"
                    + " rollback to s; insert into note (text) values ('c'); commit");

    /** Behind a pooler each block is told in the same string, and what has failed is left as the driver leaves it. */
    @Test
    void severalBlocksInOneString() throws SQLException {
        assertSameForEach(TEXTS_OF_SEVERAL_BLOCKS, (sql, connection, seen) -> {
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                seen.execute(statement, sql);
                seen.execute(statement, "select 'next'");
                seen.execute(statement, "rollback");
            }
        });
    }

    @Test
    void severalBlocksInOneStringWithinABlock() throws SQLException {
        List<String> texts = List.of(
                "insert into note (text) values ('a'); rollback to savepoint none; select 1",
                "insert into note (text) values ('a'); commit; select 1/0",
                "commit; select 1/0",
                "rollback; select 1/0");
        assertSameForEach(texts, (sql, connection, seen) -> {
            if (!setup.behindPooler() && sql.contains("rollback")) {
                return; // which is refused
            }
            try (Statement statement = connection.createStatement()) {
                seen.execute(statement, connection.getAutoCommit() ? "begin" : "select 1");
                seen.execute(statement, "insert into note (text) values ('first')");
                seen.execute(statement, sql);
                seen.execute(statement, "select 'next'");
                seen.execute(statement, "rollback");
            }
        });
    }

    @Test
    void resultsThatAreKeptOrClosedWhileTheNextIsAsked() throws SQLException {
        assertSame((connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("select 1; select 2; select 3");
                ResultSet first = statement.getResultSet();
                seen.ask("kept", () -> statement.getMoreResults(Statement.KEEP_CURRENT_RESULT));
                seen.ask("closed", first::isClosed);
                seen.ask("next", () -> statement.getMoreResults(Statement.CLOSE_ALL_RESULTS));
                seen.ask("closed", first::isClosed);
                seen.ask("rows", statement::getResultSet);
                seen.ask("more", statement::getMoreResults);
                seen.ask("count", statement::getLargeUpdateCount);
            }
        });
    }

    @Test
    void statementsOfTheWrongKind() throws SQLException {
        assertSame((connection, seen) -> {
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                String insert = "insert into note (text) values ('wrong')";
                seen.ask("query", () -> statement.executeQuery(insert));
                seen.ask("query of nothing", () -> statement.executeQuery(""));
                seen.ask("update", () -> statement.executeUpdate("select 1"));
                seen.ask("update of nothing", () -> statement.executeUpdate(""));
                seen.ask("two queries", () -> statement.executeQuery("select 1; select 2"));
                seen.ask("two updates", () -> statement.executeUpdate("delete from note; delete from note"));
                seen.ask("query, update", () -> statement.executeQuery("select 1; delete from note"));
                seen.ask("update, query", () -> statement.executeUpdate("delete from note; select 1"));
                seen.ask("large", () -> statement.executeLargeUpdate("select 1"));
            }
            try (PreparedStatement select = connection.prepareStatement("select 1");
                    PreparedStatement delete = connection.prepareStatement("delete from note")) {
                for (int i = 0; i < 7; i++) {
                    seen.ask("query", delete::executeQuery);
                    seen.ask("update", select::executeUpdate);
                    seen.ask("large", select::executeLargeUpdate);
                }
            }
        });
    }

    @Test
    void warningsOfFunctions() throws SQLException {
        assertSame((connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                seen.execute(statement, "select telling(text) from note order by id");
                statement.executeUpdate("drop table if exists no_such_table");
                seen.ask("of the statement", statement::getWarnings);
                statement.executeQuery("select 1");
                seen.ask("gone with the next", statement::getWarnings);
            }
            try (PreparedStatement statement = connection.prepareStatement("select telling(?)")) {
                for (int i = 0; i < 7; i++) {
                    statement.setString(1, "number " + i);
                    seen.execute(statement);
                }
            }
            seen.ask("of the connection", connection::getWarnings);
        });
    }

    @Test
    void limits() throws SQLException {
        assertSame((connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                statement.setMaxRows(2);
                statement.setMaxFieldSize(2);
                statement.setQueryTimeout(30);
                seen.execute(statement, "select id, text from note order by id");
                seen.ask("limits", () -> statement.getMaxRows() + " " + statement.getMaxFieldSize());
                statement.setMaxRows(1);
                seen.execute(statement, "select id, text from note order by id");
            }
            try (PreparedStatement statement = connection.prepareStatement("select text from note order by id")) {
                for (int i = 0; i < 14; i++) {
                    statement.setMaxRows(i % 3);
                    seen.execute(statement);
                }
            }
        });
    }

    @Test
    void statementsThatCloseOnCompletion() throws SQLException {
        assertSame((connection, seen) -> {
            Statement statement = connection.createStatement();
            statement.closeOnCompletion();
            ResultSet result = statement.executeQuery("select 1");
            seen.ask("set", statement::isCloseOnCompletion);
            seen.ask("open", statement::isClosed);
            result.close();
            seen.ask("closed", statement::isClosed);
            PreparedStatement prepared = connection.prepareStatement("select 1");
            prepared.closeOnCompletion();
            prepared.executeQuery().close();
            seen.ask("closed", prepared::isClosed);
            seen.ask("use after", prepared::executeQuery);
        });
    }

    @Test
    void resultSetsThatTheNextExecutionCloses() throws SQLException {
        assertSame((connection, seen) -> {
            try (PreparedStatement statement = connection.prepareStatement("select text from note order by id")) {
                ResultSet first = statement.executeQuery();
                first.next();
                ResultSet second = statement.executeQuery();
                seen.ask("first", first::isClosed);
                seen.act("read", () -> first.getString(1));
                seen.ask("second", () -> second);
            }
        });
    }

    @Test
    void fetchSizes() throws SQLException {
        for (int fetchSize : new int[] {0, 1, 2, 100}) {
            assertSame(rowsFetchedBy(fetchSize));
        }
    }

    private static Comparison.Scenario rowsFetchedBy(int fetchSize) {
        return (connection, seen) -> {
            try (Statement statement = connection.createStatement();
                    PreparedStatement prepared = connection.prepareStatement("select n from generate_series(1, ?) n")) {
                statement.setFetchSize(fetchSize);
                prepared.setFetchSize(fetchSize);
                seen.ask("plain", () -> statement.executeQuery("select n from generate_series(1, 5) n"));
                for (int i = 0; i < 7; i++) {
                    prepared.setInt(1, i);
                    seen.ask("prepared", prepared::executeQuery);
                }
                seen.execute(statement, "select 1; select n from generate_series(1, 5) n");
            }
        };
    }

    @Test
    void aCursorThatIsReadWhileOtherStatementsRun() throws SQLException {
        assertSame((connection, seen) -> {
            connection.setAutoCommit(false);
            try (Statement reading = connection.createStatement();
                    Statement writing = connection.createStatement()) {
                reading.setFetchSize(1);
                ResultSet notes = reading.executeQuery("select id, text from note order by id");
                while (notes.next()) {
                    writing.executeUpdate("update note set text = text || '!' where id = " + notes.getInt(1));
                    seen.ask("row", () -> notes.getString(2) + " " + notes.getRow() + " " + notes.isLast());
                }
                ResultSet lost = reading.executeQuery("select id from note order by id");
                lost.next();
                connection.commit();
                seen.ask("after commit", lost::next);
                seen.ask("and then", lost::next);
            }
        });
    }

    @Test
    void scrolling() throws SQLException {
        assertSame((connection, seen) -> {
            try (Statement statement =
                            connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY);
                    ResultSet notes = statement.executeQuery("select id, text from note order by id")) {
                seen.ask("before", notes::isBeforeFirst);
                seen.ask("last", () -> notes.last() + " " + notes.getRow() + notes.getString(2) + notes.isLast());
                seen.ask("absolute", () -> notes.absolute(-2) + " " + notes.getRow() + notes.getString(2));
                seen.ask("previous", () -> notes.previous() + " " + notes.getRow() + notes.isFirst());
                seen.ask("relative", () -> notes.relative(9) + " " + notes.isAfterLast());
                seen.ask("type", () -> notes.getType() + " " + notes.getConcurrency() + " " + notes.getHoldability());
                seen.ask("column", () -> notes.findColumn("TEXT"));
                seen.ask("no column", () -> notes.findColumn("set_config"));
            }
        });
    }

    @Test
    void updating() throws SQLException {
        assertSame((connection, seen) -> {
            for (int type : new int[] {ResultSet.TYPE_FORWARD_ONLY, ResultSet.TYPE_SCROLL_SENSITIVE}) {
                try (Statement statement = connection.createStatement(type, ResultSet.CONCUR_UPDATABLE);
                        ResultSet notes = statement.executeQuery("select id, text from note order by id")) {
                    seen.ask("concurrency", () -> notes.getConcurrency() + " " + notes.getType());
                    seen.ask("first", () -> notes.next() + " " + notes.getString(2));
                    seen.act("update", () -> {
                        notes.updateString("text", "updated " + type);
                        notes.updateRow();
                    });
                    seen.act("refresh", notes::refreshRow);
                    seen.ask("updated", () -> notes.rowUpdated() + " " + notes.getString(2));
                    seen.act("insert", () -> {
                        notes.moveToInsertRow();
                        notes.updateInt(1, 10 + type);
                        notes.updateString(2, "inserted " + type);
                        notes.insertRow();
                        notes.moveToCurrentRow();
                    });
                    seen.act("delete", () -> {
                        notes.next();
                        notes.deleteRow();
                    });
                    seen.ask("rest", () -> notes);
                }
            }
            try (PreparedStatement statement = connection.prepareStatement(
                    "select * from note where id > ?", ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
                for (int i = 0; i < 7; i++) {
                    statement.setInt(1, 0);
                    try (ResultSet notes = statement.executeQuery()) {
                        notes.next();
                        seen.act("again", () -> {
                            notes.updateBigDecimal("amount", BigDecimal.TEN);
                            notes.updateRow();
                        });
                        seen.ask("amount", () -> notes.getString("amount"));
                    }
                }
            }
        });
    }

    @Test
    void calls() throws SQLException {
        assertSame((connection, seen) -> {
            try (CallableStatement call = connection.prepareCall("{ call sum_and_product(?, ?, ?, ?) }")) {
                for (int i = 0; i < 7; i++) {
                    call.setInt(1, 3);
                    call.setInt(2, i);
                    call.registerOutParameter(3, Types.INTEGER);
                    call.registerOutParameter(4, Types.INTEGER);
                    seen.ask("execute", call::execute);
                    seen.ask("out", () -> call.getInt(3) + " " + call.getInt(4));
                    seen.ask("wrong", () -> call.getInt(1));
                    seen.ask("count", call::getUpdateCount);
                    if (!connection.getAutoCommit()) {
                        connection.commit();
                    }
                }
            }
            try (CallableStatement call = connection.prepareCall("{ ? = call upper(?) }")) {
                call.registerOutParameter(1, Types.VARCHAR);
                call.setString(2, "upper");
                seen.ask("text", call::toString);
                seen.ask("execute", call::execute);
                seen.ask("out", () -> call.getString(1));
                seen.ask("null", call::wasNull);
            }
        });
    }

    @Test
    void proceduresThatCommitInside() throws SQLException {
        assertSameInATransaction((connection, seen) -> {
            try (Statement statement = connection.createStatement()) {
                seen.execute(statement, "call write_twice('plain')");
            }
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            try (CallableStatement call = connection.prepareCall("call write_twice(?)")) {
                for (int i = 0; i < 7; i++) {
                    call.setString(1, "call " + i);
                    seen.execute(call);
                }
            }
        });
    }

    @Test
    void whatTheDriverTellsOfItsStatements() throws SQLException {
        assertSame((connection, seen) -> {
            connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
            try (Statement statement = connection.createStatement();
                    PreparedStatement prepared = connection.prepareStatement("select ?");
                    CallableStatement call = connection.prepareCall("{ ? = call upper(?) }")) {
                for (Statement each : List.of(statement, prepared, call)) {
                    seen.ask("type", each::getResultSetType);
                    seen.ask("concurrency", each::getResultSetConcurrency);
                    seen.ask("holdability", each::getResultSetHoldability);
                    seen.ask("fetch size", each::getFetchSize);
                    seen.ask("fetch direction", each::getFetchDirection);
                    seen.ask("timeout", each::getQueryTimeout);
                    seen.ask("poolable", each::isPoolable);
                    seen.ask("count", each::getUpdateCount);
                    seen.ask("result", each::getResultSet);
                    seen.ask("keys", each::getGeneratedKeys);
                    seen.ask("more", each::getMoreResults);
                }
            }
        });
    }

    @Test
    void escapes() throws SQLException {
        assertSame((connection, seen) -> {
            seen.ask("native", () -> connection.nativeSQL("select {fn ucase('a')}, {d '2020-01-01'}"));
            try (Statement statement = connection.createStatement()) {
                seen.execute(statement, "select {fn ucase('a')}, {d '2020-01-01'}, {fn left('abc', 1)}");
                statement.setEscapeProcessing(false);
                seen.execute(statement, "select {fn ucase('a')}");
            }
        });
    }

    @Test
    void metaDataOfTheDatabase() throws SQLException {
        assertSame((connection, seen) -> {
            DatabaseMetaData metaData = connection.getMetaData();
            seen.ask("tables", () -> metaData.getTables(null, "public", "note", null));
            seen.ask("columns", () -> metaData.getColumns(null, "public", "note", null));
            seen.ask("keys", () -> metaData.getPrimaryKeys(null, "public", "note"));
            seen.ask("indexes", () -> metaData.getIndexInfo(null, "public", "note", false, false));
            seen.ask("user", metaData::getUserName);
            seen.ask("name length", metaData::getMaxColumnNameLength);
        });
    }

    private interface ScenarioOfAText {
        void run(String sql, Connection connection, Transcript seen) throws SQLException;
    }

    private void assertSameForEach(List<String> texts, ScenarioOfAText scenario) throws SQLException {
        Comparison.assertSame(
                DATABASE,
                setup,
                texts.stream()
                        .<Comparison.Scenario>map(sql -> (connection, seen) -> scenario.run(sql, connection, seen))
                        .toList());
    }

    private void assertSameInATransaction(Comparison.Scenario scenario) throws SQLException {
        Comparison.assertSameInATransaction(DATABASE, setup, List.of(scenario));
    }

    private void assertSame(Comparison.Scenario scenario) throws SQLException {
        Comparison.assertSame(DATABASE, setup, List.of(scenario));
    }
}
