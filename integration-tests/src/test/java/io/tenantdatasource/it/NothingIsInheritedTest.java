package io.tenantdatasource.it;

import static io.tenantdatasource.it.Documents.COUNT;
import static io.tenantdatasource.it.Documents.OF_GLOBEX;
import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.SessionReset;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.UnwrappedConnections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Promise 11: what a checkout leaves in its session shows nobody a row, and what the pool has set at connect stays. */
@ParameterizedClass
@MethodSource("setups")
class NothingIsInheritedTest {

    private static final String LEFTOVERS = "select concat_ws(' ',"
            + " nullif(current_setting('app.organization_id', true), ''), nullif(current_setting('role'), 'none'),"
            + " (select string_agg(name, ' ') from pg_cursors where is_holdable),"
            + " (select string_agg(channel, ' ') from pg_listening_channels() channel),"
            + " (select string_agg(relname, ' ') from pg_class where relnamespace = pg_my_temp_schema()))";

    @AutoClose
    private static final Documents DOCUMENTS = new Documents();

    @Parameter
    private Setup setup;

    /** Where the next checkout has the same session. */
    static Stream<Setup> setups() {
        return Setup.keepingConnections().filter(setup -> !setup.behindPooler());
    }

    @BeforeEach
    void fill() {
        DOCUMENTS.fill();
    }

    private Wrapped wrapped(UnaryOperator<TenantDataSource.Builder> options) {
        return Wrapped.over(DOCUMENTS.user(), setup, options);
    }

    private Wrapped wrapped() {
        return wrapped(builder -> builder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set app.organization_id = '%s'",
                "set\napp.organization_id to '%s'",
                "set \"app\".\"organization_id\" to '%s'",
                "set U&\"\\0061pp\".organization_id to '%s'",
                "do $$ begin perform set_config('app.organization_id', '%s', false); end $$",
                "select leave_tenant('%s')",
                "declare c cursor with hold for select v from doc",
                "create temporary table t as select * from doc",
                "select * into temporary t from doc",
                "select leave_table()",
                "listen channel",
                "create function pg_temp.f() returns int language sql as 'select 1'",
            })
    void leftByText(String sql) throws SQLException {
        try (Wrapped wrapped = wrapped()) {
            String backend;
            try (Connection connection = wrapped.checkout(GLOBEX)) {
                connection.setAutoCommit(false);
                backend = Sql.query(connection, Sql.BACKEND);
                Sql.execute(connection, sql.formatted(GLOBEX.organizationId()));
                connection.commit();
            }
            assertThat(Sql.query(wrapped.pool, LEFTOVERS)).as(sql).isEmpty();
            assertThat(wrapped.queryAs(ACME, COUNT)).isEqualTo("3");
            assertThat(Sql.query(wrapped.pool, Sql.BACKEND))
                    .as("the same session")
                    .isEqualTo(backend);
        }
    }

    /** Which no text shows: a bare pool sees it, and whoever is bound finds it before it can show a row. */
    @Test
    void leftByATrigger() throws SQLException {
        try (Wrapped wrapped = wrapped()) {
            try (Connection connection = wrapped.checkout(GLOBEX)) {
                connection.setAutoCommit(true);
                Sql.update(connection, "insert into note (text) values ('" + GLOBEX.organizationId() + "')");
            }
            try {
                assertThat(wrapped.queryAs(ACME, COUNT)).isEqualTo("3");
            } catch (SQLException e) {
                assertThat((Throwable) e)
                        .hasMessageContaining("Could not bind")
                        .hasMessageContaining("holds another tenant or role");
            }
            assertThat(wrapped.queryAs(ACME, COUNT)).isEqualTo("3");
        }
    }

    /** Nor that; a binding that resets looks when it does. */
    @ParameterizedTest
    @ValueSource(strings = {"more", "role"})
    void leftByATriggerBesideATenant(String what) throws SQLException {
        if (!setup.bindsAtCheckout()) {
            return;
        }
        try (Wrapped wrapped = wrapped()) {
            for (int i = 0; i < 3; i++) { // a session that has ever had a temporary table is not told from one that has
                String backend;
                try (Connection connection = wrapped.checkout(GLOBEX)) {
                    connection.setAutoCommit(true);
                    backend = Sql.query(connection, Sql.BACKEND);
                    Sql.update(connection, "insert into note (text) values ('" + what + "')");
                }
                assertThat(Sql.query(wrapped.pool, LEFTOVERS)).isEmpty();
                assertThat(wrapped.queryAs(ACME, COUNT)).isEqualTo("3");
                assertThat(Sql.query(wrapped.pool, Sql.BACKEND)).isEqualTo(backend);
            }
        }
    }

    /** A bare pool's users are bound by nobody, and nobody looks when they return. */
    @ParameterizedTest
    @ValueSource(strings = {"set app.organization_id = '%1$s'", "set app.user_id = '%1$s'", "set role %2$s"})
    void whatABarePoolHasLeftIsFoundAtTheLatestByTheFirstStatement(String sql) throws SQLException {
        if (setup.behindPooler() || !setup.keepsSessions()) {
            return; // it stays in another session
        }
        boolean sessionIsTold = setup.bindsAtCheckout() || !setup.plainStatementsCarry();
        boolean isCovered = sessionIsTold && !sql.contains("role"); // by what it is told
        try (Wrapped wrapped = wrapped()) {
            assertThat(wrapped.queryAs(ACME, COUNT)).isEqualTo("3");
            try (Connection raw = wrapped.pool.getConnection()) {
                raw.setAutoCommit(true);
                Sql.execute(raw, sql.formatted(GLOBEX.organizationId(), DOCUMENTS.readers()));
            }
            if (!isCovered) {
                assertThatThrownBy(() -> wrapped.queryAs(ACME, COUNT))
                        .hasMessageContaining("Could not bind")
                        .hasMessageContaining("role");
                assertThat(setup.pool().connectionsThatLeft(wrapped.pool)).isEqualTo(1);
            }
            assertThat(wrapped.queryAs(ACME, COUNT)).isEqualTo("3");
        }
    }

    /** None of them can look by a query: some must come before any snapshot. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "begin; declare c cursor for select * from doc",
                "begin; lock table doc in access share mode",
                "savepoint; { call counted(1) }",
            })
    void aRoleThatABarePoolHasLeftIsFoundWhateverComesFirst(String statements) throws SQLException {
        try (Wrapped wrapped = wrapped()) {
            assertThat(wrapped.queryAs(ACME, COUNT)).isEqualTo("3");
            try (Connection raw = wrapped.pool.getConnection()) {
                raw.setAutoCommit(true);
                Sql.execute(raw, "set role " + DOCUMENTS.readers());
            }
            assertThatThrownBy(() -> runOneByOne(wrapped, statements.split("; ")))
                    .hasMessageContaining("Could not bind")
                    .hasMessageContaining("role");
            assertThat(wrapped.queryAs(ACME, COUNT)).isEqualTo("3");
        }
    }

    private static void runOneByOne(Wrapped wrapped, String... statements) throws SQLException {
        try (Connection connection = wrapped.checkout(ACME)) {
            connection.setAutoCommit(!statements[0].equals("savepoint"));
            for (String sql : statements) {
                if (sql.equals("savepoint")) {
                    connection.setSavepoint();
                } else if (sql.startsWith("{")) {
                    connection.prepareCall(sql).execute();
                } else {
                    Sql.execute(connection, sql);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set role %s",
                "set local role %s; commit; set role %s",
                "do $$ begin execute 'set role %s'; end $$",
                "select set_config('role', '%s', false)"
            })
    void rolesThatTextHasSet(String sql) throws SQLException {
        String role = DOCUMENTS.readers();
        try (Wrapped wrapped = wrapped()) {
            try (Connection connection = wrapped.checkout(GLOBEX)) {
                connection.setAutoCommit(true);
                Sql.execute(connection, sql.formatted(role, role));
            }
            assertThat(Sql.query(wrapped.pool, LEFTOVERS)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"reset role", "set role none", "set session authorization default", "reset all", "discard all"})
    void anAssumedRoleThatTextHasGivenUpIsAssumedAgain(String sql) throws SQLException {
        try (Wrapped wrapped = wrapped(builder -> builder.assumeRole(DOCUMENTS.readers()))) {
            try (Connection connection = wrapped.checkout(GLOBEX)) {
                connection.setAutoCommit(true);
                assertThat(Sql.query(connection, "select current_user")).isEqualTo(DOCUMENTS.readers());
                Sql.execute(connection, sql);
                assertThat(Sql.query(connection, "select current_user")).isEqualTo(DOCUMENTS.readers());
                assertThat(Sql.query(connection, COUNT)).isEqualTo(String.valueOf(OF_GLOBEX));
            }
            assertThat(Sql.query(wrapped.pool, LEFTOVERS)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"lock table doc in access share mode", "set statement_timeout = 0", "listen channel", "select 1"
            })
    void theAssumedRoleIsThereFromTheFirstStatementOn(String sql) throws SQLException {
        try (Wrapped wrapped = wrapped(builder -> builder.assumeRole(DOCUMENTS.readers()))) {
            try (Connection connection = wrapped.checkout(GLOBEX)) {
                connection.setAutoCommit(false);
                Sql.execute(connection, sql);
                assertThat(Sql.query(connection, "select current_user")).isEqualTo(DOCUMENTS.readers());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set time zone 'Asia/Tokyo'",
                "set datestyle = 'ISO, DMY'",
                "set intervalstyle = 'sql_standard'",
                "set extra_float_digits = 0",
                "set standard_conforming_strings = off",
                "set bytea_output = 'escape'",
                "set search_path = 'nowhere'"
            })
    void whatTheUserSetsIsNoFaultOfTheBinding(String sql) throws SQLException {
        try (Wrapped wrapped = wrapped()) {
            String backend;
            try (Connection connection = wrapped.checkout(GLOBEX)) {
                connection.setAutoCommit(true);
                backend = Sql.query(connection, Sql.BACKEND);
                Sql.execute(connection, sql);
            }
            assertThat(Sql.query(wrapped.pool, Sql.BACKEND)).isEqualTo(backend);
            assertThat(setup.pool().connectionsThatLeft(wrapped.pool)).isZero();
        }
    }

    @Test
    void whatThePoolHasSetAtConnectStays() throws SQLException {
        String role = DOCUMENTS.readers();
        try (Wrapped wrapped = wrapped()) {
            try (Connection connect = wrapped.pool.getConnection()) {
                connect.setAutoCommit(true);
                Sql.execute(connect, "set role " + role);
                Sql.execute(connect, "set search_path = public, pg_temp");
            }
            for (String sql :
                    new String[] {"select 1", "listen channel", "set role none", "select leave_tenant('x')"}) {
                try (Connection connection = wrapped.checkout(GLOBEX)) {
                    connection.setAutoCommit(true);
                    assertThat(Sql.query(connection, "select current_user")).isEqualTo(role);
                    assertThat(Sql.query(connection, COUNT)).isEqualTo(String.valueOf(OF_GLOBEX));
                    Sql.execute(connection, sql);
                }
                assertThat(Sql.query(wrapped.pool, LEFTOVERS)).as(sql).isEqualTo(role);
                assertThat(Sql.query(wrapped.pool, "show search_path")).isEqualTo("public, pg_temp");
            }
        }
    }

    /** A checkout that leaves its own beside them ends the connection: which is whose is not told apart. */
    @Test
    void whatThePoolHasMadeAtConnectStays() throws SQLException {
        try (Wrapped wrapped = wrapped()) {
            String backend;
            try (Connection connect = wrapped.pool.getConnection()) {
                connect.setAutoCommit(true);
                backend = Sql.query(connect, Sql.BACKEND);
                Sql.execute(connect, "listen of_the_pool; create temporary table of_the_pool (i int)");
            }
            try (Connection connection = wrapped.checkout(GLOBEX)) {
                connection.setAutoCommit(true);
                Sql.execute(connection, "set statement_timeout = 0");
            }
            assertThat(Sql.query(wrapped.pool, LEFTOVERS)).isEqualTo("of_the_pool of_the_pool");
            Connection connection = wrapped.checkout(GLOBEX);
            connection.setAutoCommit(true);
            Sql.execute(connection, "listen mine");
            assertThatThrownBy(connection::close).hasMessageContaining("channels listened to");
            assertThat(Sql.query(wrapped.pool, Sql.BACKEND)).isNotEqualTo(backend);
        }
    }

    @Test
    void allOfASessionIsBroughtBackIfAskedFor() throws SQLException {
        try (Wrapped wrapped = wrapped(builder -> builder.sessionReset(SessionReset.FULL))) {
            String settings =
                    "select string_agg(name || '=' || setting, ' ' order by name) from pg_settings where source = 'session'";
            try (Connection connect = wrapped.pool.getConnection()) {
                connect.setAutoCommit(true);
                Sql.execute(connect, "set search_path = public, pg_temp");
            }
            wrapped.queryAs(ACME, "select 1");
            String before = Sql.query(wrapped.pool, settings);
            String backend = Sql.query(wrapped.pool, Sql.BACKEND);
            try (Connection connection = wrapped.checkout(GLOBEX)) {
                connection.setAutoCommit(true);
                for (int i = 0; i < 7; i++) {
                    try (PreparedStatement prepared = connection.prepareStatement(COUNT)) {
                        prepared.executeQuery().close();
                    }
                }
                Sql.execute(connection, "set time zone 'Asia/Tokyo'");
                Sql.execute(connection, "set search_path = 'nowhere'");
                Sql.execute(connection, "set work_mem = '123MB'");
                Sql.execute(connection, "select pg_advisory_lock(4711)");
                Sql.execute(connection, "prepare \"Odd \"\" name\" as select 1");
            }
            assertThat(Sql.query(wrapped.pool, settings)).isEqualTo(before);
            assertThat(Sql.query(
                            wrapped.pool,
                            "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"))
                    .isEqualTo("0");
            assertThat(Sql.query(wrapped.pool, "select count(*) from pg_prepared_statements where from_sql"))
                    .isEqualTo("0");
            assertThat(Sql.query(wrapped.pool, "show search_path")).isEqualTo("public, pg_temp");
            assertThat(Sql.query(wrapped.pool, Sql.BACKEND)).isEqualTo(backend);
        }
    }

    @Test
    void whatWasUnwrappedIsDestroyedIfAskedFor() throws SQLException {
        try (Wrapped wrapped = wrapped(builder -> builder.unwrappedConnections(UnwrappedConnections.DESTROY))) {
            Connection driversOwn;
            try (Connection connection = wrapped.checkout(GLOBEX)) {
                driversOwn = (Connection) connection.unwrap(org.postgresql.PGConnection.class);
            }
            assertThatThrownBy(() -> Sql.query(driversOwn, "select 1"));
            assertThat(wrapped.queryAs(ACME, COUNT)).isEqualTo("3");
            try (Connection connection = wrapped.checkout(GLOBEX)) {
                Sql.query(connection, "select 1");
            }
            assertThat(setup.pool().connectionsThatLeft(wrapped.pool)).isEqualTo(1);
        }
    }

    @Test
    void useAfterCloseIsThatOfAClosedConnectionWhoeverTheThreadWorksFor() throws SQLException {
        try (Wrapped wrapped = wrapped()) {
            Connection connection = wrapped.checkout(ACME);
            var statement = connection.createStatement();
            connection.close();
            io.tenantdatasource.TenantContext.run(
                    GLOBEX,
                    () -> assertThatThrownBy(() -> statement.executeQuery("select 1"))
                            .isInstanceOfSatisfying(
                                    SQLException.class,
                                    e -> assertThat(e.getSQLState()).isEqualTo("08003")));
        }
    }

    @Test
    void closingAConnectionWhoseEndWasToldIsSilent() throws SQLException {
        try (Wrapped wrapped = wrapped()) {
            Connection connection = wrapped.checkout(ACME);
            String backend = Sql.query(connection, Sql.BACKEND);
            DOCUMENTS.database().execute("select pg_terminate_backend(" + backend + ")");
            assertThatThrownBy(() -> Sql.query(connection, COUNT)).isInstanceOf(SQLException.class);
            connection.close();
            connection.close();
            assertThat(wrapped.queryAs(GLOBEX, COUNT)).isEqualTo(String.valueOf(OF_GLOBEX));
            assertThat(setup.pool().connectionsThatLeft(wrapped.pool)).isEqualTo(1);
        }
    }

    /** Who has the driver's connection may have closed it, which the pool would not see; unless its end was told before. */
    @Test
    void closingAConnectionWhoseEndWasToldIsSilentAlsoIfItWasUnwrapped() throws SQLException {
        try (Wrapped wrapped = wrapped()) {
            Connection connection = wrapped.checkout(ACME);
            connection.unwrap(org.postgresql.PGConnection.class);
            String backend = Sql.query(connection, Sql.BACKEND);
            DOCUMENTS.database().execute("select pg_terminate_backend(" + backend + ")");
            assertThatThrownBy(() -> Sql.query(connection, COUNT)).isInstanceOf(SQLException.class);
            connection.close();
            assertThat(wrapped.queryAs(GLOBEX, COUNT)).isEqualTo(String.valueOf(OF_GLOBEX));
        }
    }

    @Test
    void streamsOfALargeObjectEndWithTheirCheckout() throws SQLException {
        long object = Long.parseLong(Sql.query(
                DOCUMENTS.database().administrator(), "select lo_from_bytea(0, decode(repeat('41', 100000), 'hex'))"));
        DOCUMENTS.database().execute("grant select, update on large object " + object + " to public");
        try (Wrapped wrapped = wrapped()) {
            java.io.InputStream stream;
            try (Connection connection = wrapped.checkout(ACME)) {
                connection.setAutoCommit(false);
                try (var statement = connection.createStatement();
                        var rows = statement.executeQuery("select " + object + "::oid")) {
                    rows.next();
                    stream = rows.getBlob(1).getBinaryStream();
                    assertThat(stream.read()).isEqualTo('A');
                } catch (java.io.IOException e) {
                    throw new AssertionError(e);
                }
            }
            try (Connection next = wrapped.checkout(GLOBEX)) {
                next.setAutoCommit(false);
                Sql.query(next, "select 1");
                assertThatThrownBy(() -> stream.readNBytes(50_000)).isInstanceOf(java.io.IOException.class);
                assertThat(Sql.query(next, COUNT)).isEqualTo(String.valueOf(OF_GLOBEX));
            }
        }
    }

    /** No text shows what a trigger leaves, so a return that speaks to the server anyway looks. */
    @Test
    void whatATriggerHasLeftIsLookedFor() throws SQLException {
        DOCUMENTS
                .database()
                .execute("create or replace function leaves_all() returns trigger language plpgsql as $$ begin"
                        + " create temp table if not exists left_over as select * from doc; listen left_over;"
                        + " return new; end $$; create or replace trigger leaves_all before update on note"
                        + " for each row execute function leaves_all(); insert into note (text) values ('x')");
        try (Wrapped wrapped = wrapped()) {
            try (Connection connection = wrapped.checkout(GLOBEX)) {
                connection.setAutoCommit(true);
                Sql.update(connection, "update note set text = 'y'");
            }
            if (setup.bindsAtCheckout()) {
                assertThat(Sql.query(wrapped.pool, LEFTOVERS)).isEmpty();
            }
        }
    }

    @Test
    void aTimeoutOfTheUsersDoesNotEndTheReturn() throws SQLException {
        for (SessionReset reset : SessionReset.values()) {
            try (Wrapped wrapped = wrapped(builder -> builder.sessionReset(reset))) {
                String backend;
                try (Connection connection = wrapped.checkout(GLOBEX)) {
                    connection.setAutoCommit(true);
                    backend = Sql.query(connection, Sql.BACKEND);
                    Sql.execute(connection, "set statement_timeout = 50");
                }
                try (Connection raw = wrapped.pool.getConnection()) {
                    raw.setAutoCommit(true);
                    Sql.execute(raw, "set statement_timeout = 0");
                    assertThat(Sql.query(raw, Sql.BACKEND)).isEqualTo(backend);
                }
            }
        }
    }

    /** The driver's {@code PGSimpleDataSource} of a test is not shared, so its settings are this test's. */
    @Test
    void aDefaultThatTheDatabaseGivesEverybodyIsNoLeftover() throws SQLException {
        PGSimpleDataSource user = DOCUMENTS.user();
        user.setOptions("-c app.organization_id=" + GLOBEX.organizationId());
        try (Wrapped wrapped = Wrapped.over(user, setup)) {
            assertThat(wrapped.queryAs(ACME, COUNT)).isEqualTo("3");
            assertThat(wrapped.queryAs(ACME, COUNT)).isEqualTo("3");
            assertThat(setup.pool().connectionsThatLeft(wrapped.pool)).isZero();
        }
    }
}
