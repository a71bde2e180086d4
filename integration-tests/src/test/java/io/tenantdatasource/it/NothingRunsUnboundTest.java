package io.tenantdatasource.it;

import static io.tenantdatasource.it.Documents.COUNT;
import static io.tenantdatasource.it.Documents.OF_ACME;
import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/** Promise 10: no statement reaches the server unbound, whatever the text, its types, or what has run before it. */
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class NothingRunsUnboundTest {

    @AutoClose
    private static final Documents DOCUMENTS = new Documents();

    @Parameter
    private Setup setup;

    private Wrapped wrapped;
    private Connection connection;

    @BeforeEach
    void checkOut() throws SQLException {
        DOCUMENTS.fill();
        wrapped = Wrapped.over(DOCUMENTS.user(), setup);
        connection = wrapped.checkout(ACME);
    }

    @AfterEach
    void giveBack() throws SQLException {
        connection.close();
        wrapped.close();
    }

    @Test
    void oneTextWithManyTypesInEveryStateOfTheTransaction() throws SQLException {
        String sql =
                "select count(*) from doc where coalesce(?, v) = v and coalesce(?, n, 1) = 1 and coalesce(?, at, now()) > now() - interval '1 day'";
        for (boolean autoCommit : new boolean[] {true, false, true, false, true}) {
            connection.setAutoCommit(autoCommit);
            for (int execution = 0; execution < 8; execution++) {
                try (PreparedStatement select = connection.prepareStatement(sql)) {
                    setWithManyTypes(select, execution);
                    assertRows(select.executeQuery());
                }
                if (!autoCommit && execution % 3 == 0) {
                    connection.commit();
                }
            }
            if (!autoCommit) {
                connection.rollback();
            }
        }
    }

    private static void setWithManyTypes(PreparedStatement select, int execution) throws SQLException {
        if (execution % 2 == 0) {
            select.setString(1, "v");
            select.setNull(2, Types.INTEGER);
            select.setTimestamp(3, new Timestamp(System.currentTimeMillis()));
        } else {
            select.setNull(1, Types.VARCHAR);
            select.setInt(2, 1);
            select.setNull(3, Types.TIMESTAMP);
        }
    }

    @Test
    void writesThatTheServerHasPreparedWithOtherTypes() throws SQLException {
        String sql = "update doc set n = n where coalesce(?::text, v) = v returning id";
        connection.setAutoCommit(false);
        for (int i = 0; i < 8; i++) {
            try (PreparedStatement update = connection.prepareStatement(sql)) {
                update.setNull(1, Types.VARCHAR);
                update.execute();
            }
        }
        connection.rollback();
        connection.setAutoCommit(true);
        for (int i = 0; i < 3; i++) {
            try (PreparedStatement update = connection.prepareStatement(sql)) {
                update.setString(1, "v");
                assertThat(rowsOf(update.executeQuery())).isEqualTo(OF_ACME);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- x\rselect count(*) from doc",
                "/* ; rollback; */ select count(*) from doc",
                "select count(*) from doc where v <> ';rollback;--'",
                "select count(*) from doc where v <> $a$;rollback;$a$",
                "select count(*) from doc where v <> E'\\';rollback;--'",
                "with x as (select * from doc) select count(*) from x;",
                "(((select count(*) from doc)))",
                "table doc",
                "values ((select count(*) from doc))",
                "select count(*) from doc --",
                "explain analyze select * from doc",
            })
    void textsWhateverTheyLookLike(String sql) throws SQLException {
        for (boolean autoCommit : new boolean[] {true, false}) {
            connection.setAutoCommit(autoCommit);
            for (int i = 0; i < 7; i++) {
                try (Statement statement = connection.createStatement();
                        PreparedStatement prepared = connection.prepareStatement(sql)) {
                    assertAcmesRowsWereSeen(sql, statement.executeQuery(sql));
                    assertAcmesRowsWereSeen(sql, prepared.executeQuery());
                }
            }
        }
    }

    private static void assertAcmesRowsWereSeen(String sql, ResultSet rows) throws SQLException {
        if (sql.startsWith("table")) {
            assertThat(rowsOf(rows)).isEqualTo(OF_ACME);
        } else if (sql.startsWith("explain")) {
            rows.next();
            assertThat(rows.getString(1)).containsPattern("actual time=.* rows=" + OF_ACME);
        } else {
            assertRows(rows);
        }
    }

    /** Each as a statement, prepared, and as a batch; then a look. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rollback",
                "commit",
                "-- x\rrollback and chain",
                "/**/commit and chain",
                "begin",
                "savepoint a",
                "set time zone 'Asia/Tokyo'",
                "set local statement_timeout = 0",
                "reset all",
                "reset app.organization_id",
                "set app.organization_id = ''",
                "set \"app\".\"organization_id\" to ''",
                "set U&\"\\0061pp\".organization_id to ''",
                "do $$ begin perform set_config('app.organization_id', '', false); end $$",
                "select leave_tenant('')",
                "create temporary table if not exists t (i int)",
                "lock table doc in access share mode",
                "listen channel",
                "prepare p as select count(*) from doc",
            })
    void whatComesAfterATextThatMayHaveTakenItAway(String sql) throws SQLException {
        for (boolean autoCommit : new boolean[] {true, false}) {
            connection.setAutoCommit(autoCommit);
            for (Use use : List.<Use>of(
                    () -> Sql.execute(connection, sql),
                    () -> prepared(sql),
                    () -> batch(sql),
                    () -> preparedBatch(sql))) {
                assertThat(seen()).isEqualTo(OF_ACME);
                attempt(use);
                if (connection.isClosed()) {
                    return; // refused and destroyed: nothing is shown any more
                }
                rollBackIfFailed();
                assertThat(seen()).as(sql).isEqualTo(OF_ACME);
                endTransactionsBegunByText();
            }
        }
    }

    private interface Use {
        void run() throws SQLException;
    }

    /** Behind a pooler some need a session of their own, and are refused; and some may only run in a transaction. */
    private void attempt(Use use) throws SQLException {
        try {
            use.run();
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isIn("0A000", "25P01", "42P05", "25001", "55000", "42P03", "2D000");
        }
    }

    private void rollBackIfFailed() throws SQLException {
        try {
            seen();
        } catch (SQLException e) {
            Sql.execute(connection, "rollback");
        }
    }

    private void endTransactionsBegunByText() throws SQLException {
        if (connection.getAutoCommit()) {
            Sql.execute(connection, "rollback");
        } else {
            connection.rollback();
        }
    }

    private void prepared(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }

    private void batch(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.addBatch(sql);
            statement.addBatch("update doc set n = n");
            statement.executeBatch();
        }
    }

    private void preparedBatch(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.addBatch();
            statement.executeBatch();
        }
    }

    @Test
    void aTextThatRollsBackAndGoesOn() throws SQLException {
        connection.setAutoCommit(false);
        seen();
        try {
            Sql.execute(connection, "rollback; insert into doc (org) values ('" + ACME.organizationId() + "')");
            assertThat(seen()).isEqualTo(OF_ACME + 1);
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("0A000");
        }
        connection.rollback();
    }

    @Test
    void afterTheDriversConnectionHasEndedTheTransaction() throws SQLException {
        connection.setAutoCommit(false);
        seen();
        Connection driversOwn =
                connection.unwrap(PGConnection.class) instanceof Connection driver ? driver : connection;
        try (Statement raw = driversOwn.createStatement()) {
            raw.execute("rollback");
            raw.execute("reset all");
        }
        assertThat(seen()).isEqualTo(OF_ACME);
        attempt(() -> Sql.execute(connection, "rollback; select 1"));
        assertThat(seen()).isEqualTo(OF_ACME);
    }

    @Test
    void savepointsOnEitherSideOfWhereItWasTold() throws SQLException {
        connection.setAutoCommit(false);
        var before = connection.setSavepoint();
        assertThat(seen()).isEqualTo(OF_ACME);
        var after = connection.setSavepoint("after");
        assertThat(seen()).isEqualTo(OF_ACME);
        connection.rollback(after);
        assertThat(seen()).isEqualTo(OF_ACME);
        connection.rollback(before);
        assertThat(seen()).isEqualTo(OF_ACME);
        connection.releaseSavepoint(before);
        assertThat(seen()).isEqualTo(OF_ACME);
    }

    /** What was deferred to the end of a transaction runs for its tenant, also after a text that has taken that away. */
    @Test
    void commitRunsWhatWasDeferredForTheTenant() throws SQLException {
        DOCUMENTS
                .database()
                .execute("drop table if exists deferred; create table deferred (id serial, org text);"
                        + " grant all on deferred, deferred_id_seq to public;"
                        + " create or replace function remember() returns trigger language plpgsql as $$ begin"
                        + " update deferred set org = current_setting('app.organization_id', true)"
                        + " where id = new.id; return null; end $$;"
                        + " create constraint trigger remembers after insert on deferred deferrable initially deferred"
                        + " for each row execute function remember()");
        connection.setAutoCommit(false);
        Sql.execute(connection, "insert into deferred (org) values ('none')");
        Sql.execute(connection, "do $$ begin perform set_config('app.organization_id', '', true); end $$");
        connection.commit();
        assertThat(Sql.query(connection, "select org from deferred")).isEqualTo(ACME.organizationId());
    }

    @Test
    void anErrorThatLooksLikeOneOfTheBindingsIsTheUsers() throws SQLException {
        connection.setAutoCommit(true);
        for (String sql : List.of(
                "select set_config('work_mem', 'bogus', false)",
                "alter role current_user set work_mem = 'bogus'",
                "select current_setting('no.such')",
                "set work_mem = 'bogus'")) {
            String backend = Sql.query(connection, Sql.BACKEND);
            assertThatThrownBy(() -> Sql.execute(connection, sql)).as(sql).hasMessageNotContaining("Could not bind");
            if (!setup.behindPooler()) {
                assertThat(Sql.query(connection, Sql.BACKEND)).isEqualTo(backend);
            }
            assertThat(seen()).isEqualTo(OF_ACME);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"25001", "0A000", "42501", "22023", "42704", "25P02", "2D000"})
    void whatFailsByItselfRunsOnce(String state) throws SQLException {
        for (boolean autoCommit : new boolean[] {true, false}) {
            connection.setAutoCommit(autoCommit);
            String before = DOCUMENTS.runs();
            assertThatThrownBy(() -> Sql.query(connection, "select fails_with('" + state + "')"))
                    .hasMessageContaining("as it was told");
            assertThat(DOCUMENTS.runsSince(before)).isEqualTo(1);
            if (connection.isClosed()) {
                return; // by HikariCP, which takes some for those of a broken connection
            }
            if (!autoCommit) {
                connection.rollback();
            }
            assertThat(seen()).isEqualTo(OF_ACME);
        }
    }

    /** The server reads both lines as one constant with escapes, and the driver as two. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ", leave_tenant('%s') --'",
                "; reset app.organization_id; select count(*) from doc --'",
                "; set app.organization_id to '%s'; select count(*) from doc --'"
            })
    void constantsThatGoOnInTheNextLine(String rest) throws SQLException {
        String sql = "select E'a'\n'b\\' , '"
                + rest.formatted(GLOBEX.organizationId())
                        .replace("'" + GLOBEX.organizationId() + "'", "$$" + GLOBEX.organizationId() + "$$");
        for (boolean autoCommit : new boolean[] {true, false}) {
            connection.setAutoCommit(autoCommit);
            attempt(() -> Sql.execute(connection, sql));
            rollBackIfFailed();
            assertThat(seen()).isEqualTo(OF_ACME);
        }
    }

    @Test
    void aPreparedTextThatIsReadInAnotherWayByNow() throws SQLException {
        connection.setAutoCommit(false);
        String sql = "select '\\'' , leave_tenant($$" + GLOBEX.organizationId() + "$$) --'";
        try (PreparedStatement prepared = connection.prepareStatement(sql)) {
            Sql.execute(connection, "set standard_conforming_strings = off");
            attempt(prepared::execute);
        }
        rollBackIfFailed();
        assertThat(seen()).isEqualTo(OF_ACME);
    }

    /** Each part of the rows calls it once more. */
    @Test
    void functionsThatACursorsLaterPartsCall() throws SQLException {
        connection.setAutoCommit(false);
        try (Statement cursor = connection.createStatement()) {
            cursor.setFetchSize(1);
            ResultSet rows = cursor.executeQuery("select case when g > 2 then leave_tenant('" + GLOBEX.organizationId()
                    + "')::text end from generate_series(1, 6) g");
            for (int i = 0; i < 4; i++) {
                rows.next();
            }
            assertThat(seen()).isEqualTo(OF_ACME);
            rows.next();
            assertThat(seen()).isEqualTo(OF_ACME);
        }
    }

    /** With {@code autosave} the driver goes back to a savepoint that is older than what was told before the fetch. */
    @Test
    void whatFailsWhileRowsAreFetchedAfterAFunctionWasCalled() throws SQLException {
        connection.setAutoCommit(false);
        try (Statement cursor = connection.createStatement()) {
            cursor.setFetchSize(2);
            ResultSet rows = cursor.executeQuery("select 1 / (4 - g) from generate_series(1, 9) g");
            rows.next();
            Sql.query(connection, "select leave_tenant('" + GLOBEX.organizationId() + "')");
            assertThatThrownBy(() -> rowsOf(rows)).isInstanceOf(SQLException.class);
        } catch (SQLException e) {
            assertThat(e.getSQLState()).startsWith("22");
        }
        for (int i = 0; i < 3; i++) {
            try {
                assertThat(seen()).isEqualTo(OF_ACME);
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo("25P02");
            }
        }
        connection.rollback();
    }

    /** LOCK comes before it, so that what others have committed until then is seen. */
    @Test
    void theFirstSnapshotOfATransactionIsTheUsers() throws SQLException {
        connection.setAutoCommit(true);
        Sql.execute(connection, "begin isolation level repeatable read");
        Sql.execute(connection, "lock table doc in access share mode");
        DOCUMENTS.database().execute("insert into doc (org) values ('" + ACME.organizationId() + "')");
        assertThat(seen()).isEqualTo(OF_ACME + 1);
        Sql.execute(connection, "rollback");
    }

    /** Which of two functions is called depends on a type, and a text shows no types. */
    @ParameterizedTest
    @ValueSource(strings = {"abs('%s'::text)", "over('%s')", "pg_catalog.length(abs('%s'::text))"})
    void functionsThatAreNamedAsPostgresOwn(String call) throws SQLException {
        for (String name : new String[] {"abs(text)", "over(text)"}) {
            DOCUMENTS
                    .database()
                    .execute("create or replace function " + name.replace("text", "value text")
                            + " returns text language sql as"
                            + " $$ select set_config('app.organization_id', value, false) $$");
        }
        connection.close();
        wrapped.close();
        wrapped = Wrapped.over(DOCUMENTS.user(), setup);
        try {
            connection = wrapped.checkout(ACME);
            for (boolean autoCommit : new boolean[] {true, false}) {
                connection.setAutoCommit(autoCommit);
                Sql.query(connection, "select " + call.formatted(GLOBEX.organizationId()));
                assertThat(seen()).isEqualTo(OF_ACME);
            }
            connection.close();
            assertThat(wrapped.queryAs(GLOBEX, COUNT)).isEqualTo(String.valueOf(Documents.OF_GLOBEX));
        } finally {
            DOCUMENTS.database().execute("drop function abs(text); drop function over(text)");
        }
    }

    /** Up to PostgreSQL 15 a vertical tab is a mistake, and space since then. */
    @Test
    void aTextWhoseStatementsNobodyCanTellApart() throws SQLException {
        String sql = "select 1;\u000breset app.organization_id; select count(*) from doc";
        for (boolean autoCommit : new boolean[] {true, false}) {
            connection.setAutoCommit(autoCommit);
            assertThatThrownBy(() -> Sql.execute(connection, sql))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("was not run")
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("0A000");
            assertThat(seen()).isEqualTo(OF_ACME);
        }
    }

    /** One constant where a backslash is a character; three statements where it escapes a quote. */
    @Test
    void constantsAreReadAsTheSessionReadsThem() throws SQLException {
        String sql = "select '\\', '; reset app.organization_id; select count(*) from doc; --'";
        connection.setAutoCommit(true);
        Sql.execute(connection, sql);
        if (setup.behindPooler()) {
            return; // where a setting does not last
        }
        connection.close();
        wrapped.close();
        PGSimpleDataSource escaping = DOCUMENTS.user();
        escaping.setOptions("-c standard_conforming_strings=off");
        wrapped = Wrapped.over(escaping, setup);
        connection = wrapped.checkout(ACME);
        connection.setAutoCommit(true);
        assertThatThrownBy(() -> Sql.execute(connection, sql)).hasMessageContaining("was not run");
        Sql.execute(connection, "set time zone 'Asia/Tokyo'");
        assertThatThrownBy(() -> Sql.execute(connection, sql)).hasMessageContaining("was not run");
        assertThat(Sql.query(connection, "select 'a\\'b; '")).isEqualTo("a'b; ");
        Sql.execute(connection, "set standard_conforming_strings = on");
        Sql.execute(connection, sql);
        assertThat(seen()).isEqualTo(OF_ACME);
    }

    /** Set past the wrapper, where nobody reads along. */
    @Test
    void constantsAreReadAsTheDriversConnectionHasSetIt() throws SQLException {
        if (setup.behindPooler()) {
            return; // where a setting does not last
        }
        connection.setAutoCommit(true);
        try (Statement past = ((Connection) connection.unwrap(PGConnection.class)).createStatement()) {
            past.execute("set standard_conforming_strings = off");
        }
        assertThatThrownBy(() -> Sql.execute(
                        connection, "select '\\', '; reset app.organization_id; select count(*) from doc; --'"))
                .hasMessageContaining("was not run");
        assertThat(seen()).isEqualTo(OF_ACME);
    }

    @Test
    void callsOfFunctionsAndProcedures() throws SQLException {
        connection.setAutoCommit(true);
        if (setup.simpleProtocol()) { // in which pgjdbc has no out parameters
            try (CallableStatement call = connection.prepareCall("{ call counted(?) }")) {
                call.setInt(1, 1);
                try (ResultSet counted = call.executeQuery()) {
                    counted.next();
                    assertThat(counted.getLong(1)).isEqualTo(OF_ACME);
                }
            }
            return;
        }
        try (CallableStatement call = connection.prepareCall("{ ? = call counted(?) }")) {
            call.registerOutParameter(1, Types.BIGINT);
            call.setInt(2, 1);
            for (int i = 0; i < 7; i++) {
                call.execute();
                assertThat(call.getLong(1)).isEqualTo(OF_ACME);
            }
        }
    }

    @Test
    void anotherTenantsNextCheckoutSeesItsOwn() throws SQLException {
        connection.setAutoCommit(true);
        attempt(() -> Sql.execute(connection, "set app.organization_id = '" + ACME.organizationId() + "'"));
        connection.close();
        assertThat(wrapped.queryAs(GLOBEX, COUNT)).isEqualTo(String.valueOf(Documents.OF_GLOBEX));
    }

    /** The driver makes it by itself, and it is behind the wall like any other. */
    @Test
    void aStatementGotFromTheResultSetOfAnArray() throws SQLException {
        connection.setAutoCommit(false);
        seen();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select array[1, 2]")) {
            result.next();
            Statement derived = result.getArray(1).getResultSet().getStatement();
            attempt(() -> derived.execute("set app.organization_id = '" + GLOBEX.organizationId() + "'"));
        }
        rollBackIfFailed();
        assertThat(seen()).isEqualTo(OF_ACME);
    }

    @Test
    void rowsThatAreFetchedAfterATextHasSetAnother() throws SQLException {
        connection.setAutoCommit(false);
        try (Statement cursor = connection.createStatement()) {
            cursor.setFetchSize(1);
            ResultSet rows = cursor.executeQuery("select org from doc");
            rows.next();
            attempt(() -> Sql.execute(connection, "set app.organization_id = '" + GLOBEX.organizationId() + "'"));
            do {
                assertThat(rows.getString(1)).isEqualTo(ACME.organizationId());
            } while (rows.next());
        }
    }

    /** With {@code autosave} the driver goes back to a savepoint that it has set before the block was told. */
    @Test
    void whatFailsWhileRowsAreFetched() throws SQLException {
        connection.setAutoCommit(false);
        assertThat(seen()).isEqualTo(OF_ACME);
        try (Statement cursor = connection.createStatement()) {
            cursor.setFetchSize(1);
            ResultSet rows = cursor.executeQuery("select 10 / (3 - g) from generate_series(1, 5) g");
            assertThatThrownBy(() -> rowsOf(rows)).isInstanceOf(SQLException.class);
        } catch (SQLException e) {
            assertThat(e.getSQLState()).startsWith("22");
        }
        for (int i = 0; i < 3; i++) {
            try {
                assertThat(seen()).isEqualTo(OF_ACME);
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo("25P02");
            }
        }
        connection.rollback();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reset app.organization_id; select count(*) from doc",
                "rollback; reset all; select count(*) from doc",
                "set role none; select count(*) from doc",
                "discard all; select count(*) from doc",
            })
    void aTextThatTakesItAwayAndGoesOnIsRefused(String sql) {
        assertThatThrownBy(() -> Sql.execute(connection, sql))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("0A000"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select count(*) from doc where v like ? escape '\\'",
                "select count(*) from doc where v ~ ? and v ~ '^\\w$'",
                "select count(*) from doc where v = ?; -- done",
                "select count(*) from doc where v = ?; /* done */ ;",
            })
    void textsAsLibrariesWriteThem(String sql) throws SQLException {
        for (boolean autoCommit : new boolean[] {true, false}) {
            connection.setAutoCommit(autoCommit);
            for (int i = 0; i < 3; i++) {
                try (PreparedStatement select = connection.prepareStatement(sql)) {
                    select.setString(1, "v");
                    assertThat(select.execute()).isTrue();
                    assertRows(select.getResultSet());
                }
            }
        }
    }

    @Test
    void aTriggerThatSetsAnother() throws SQLException {
        connection.setAutoCommit(false);
        assertThat(seen()).isEqualTo(OF_ACME);
        Sql.update(connection, "insert into note (text) values ('" + GLOBEX.organizationId() + "')");
        try {
            long seen = seen();
            if (!setup.bindsAtCheckout() && setup.preparedStatementsCarry()) {
                assertThat(seen).isEqualTo(OF_ACME);
            }
        } catch (SQLException e) {
            assertThat((Throwable) e).hasMessageContaining("Could not bind");
        }
    }

    @Test
    void parametersThatWereClearedAreGoneInEveryForm() throws SQLException {
        connection.setAutoCommit(false);
        Sql.query(connection, "select 1");
        try (PreparedStatement insert = connection.prepareStatement("insert into doc (org, n) values (?::uuid, ?)")) {
            for (int i = 0; i < 2; i++) {
                insert.setString(1, ACME.organizationId());
                insert.setInt(2, i);
                insert.executeUpdate();
                connection.rollback();
            }
            insert.clearParameters();
            insert.setString(1, ACME.organizationId());
            assertThatThrownBy(insert::executeUpdate).isInstanceOf(SQLException.class);
        }
        connection.rollback();
    }

    @Test
    void generatedKeysOfSomeRowsOnly() throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into doc (org) select '" + ACME.organizationId() + "' from generate_series(1, 5)",
                Statement.RETURN_GENERATED_KEYS)) {
            insert.setFetchSize(2);
            insert.execute();
        }
        connection.rollback();
        assertThat(seen()).isEqualTo(OF_ACME);
    }

    @Test
    void aBlockThatFailedWithATextCanBeEnded() throws SQLException {
        connection.setAutoCommit(false);
        attempt(() -> Sql.execute(connection, "listen channel"));
        assertThatThrownBy(() -> Sql.execute(connection, "create nonsense")).isInstanceOf(SQLException.class);
        try {
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
        }
        connection.setAutoCommit(true);
        assertThat(seen()).isEqualTo(OF_ACME);
    }

    private long seen() throws SQLException {
        return Long.parseLong(Sql.query(connection, COUNT));
    }

    private static void assertRows(ResultSet count) throws SQLException {
        count.next();
        assertThat(count.getLong(1)).isEqualTo(OF_ACME);
    }

    private static int rowsOf(ResultSet rows) throws SQLException {
        int count = 0;
        while (rows.next()) {
            count++;
        }
        return count;
    }
}
