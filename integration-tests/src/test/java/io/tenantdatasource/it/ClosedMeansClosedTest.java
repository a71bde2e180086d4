package io.tenantdatasource.it;

import static io.tenantdatasource.it.Sql.BACKEND;
import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.pool.HikariProxyConnection;
import io.agroal.pool.wrapper.ConnectionWrapper;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantSwitchException;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;

/** Promise 7: a closed connection is closed. {@link JdbcMethodsTest} asks that of every method there is. */
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#poolsAndBindings")
class ClosedMeansClosedTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    @AutoClose
    private Wrapped wrapped;

    @BeforeEach
    void openPool() {
        wrapped = Wrapped.over(DATABASE.administrator(), setup);
    }

    @Test
    void laterUseIsRefusedWhileAnotherTenantHasThePhysicalConnection() throws SQLException {
        Connection closed = wrapped.checkout(ACME);
        PreparedStatement statement = closed.prepareStatement(ORGANIZATION);
        ResultSet result = statement.executeQuery();
        closed.close();

        try (Connection current = wrapped.checkout(GLOBEX)) {
            assertClosed(() -> closed.createStatement());
            assertClosed(() -> closed.unwrap(PGConnection.class));
            assertClosed(closed::commit);
            assertClosed(closed::rollback);
            assertClosed(statement::executeQuery);
            assertClosed(statement::getConnection);
            assertClosed(result::next);
            assertClosed(() -> closed.setReadOnly(true));
            assertThat(Sql.query(current, ORGANIZATION)).isEqualTo(GLOBEX.organizationId());
            assertThat(current.isReadOnly()).isFalse();
        }
        assertThat(closed.isClosed()).isTrue();
        assertThat(closed.isValid(1)).isFalse();
        assertThat(statement.isClosed()).isTrue();
        assertThat(result.isClosed()).isTrue();
    }

    @Test
    void aLargeObjectIsOutOfReachOfTheNextTenant() throws SQLException {
        DATABASE.execute("drop table if exists file; create table file (content oid);"
                + "insert into file values (lo_from_bytea(0, 'acme'))");
        Connection closed = wrapped.checkout(ACME);
        closed.setAutoCommit(false);
        Statement statement = closed.createStatement();
        ResultSet result = statement.executeQuery("select content from file");
        result.next();
        Blob blob = result.getBlob(1);
        assertThat(blob.getBytes(1, 4)).asString().isEqualTo("acme");
        try (TenantContext.Scope scope = TenantContext.open(GLOBEX)) {
            assertThatThrownBy(() -> blob.getBytes(1, 4)).isInstanceOf(TenantSwitchException.class);
        }
        closed.close();

        try (Connection current = wrapped.checkout(GLOBEX)) {
            current.setAutoCommit(false);
            assertThat(Sql.query(current, "select 1")).isEqualTo("1");
            assertClosed(() -> blob.getBytes(1, 4));
            assertClosed(() -> blob.setBytes(1, new byte[] {1}));
            assertClosed(blob::length);
            blob.free();
            current.commit();
        }
    }

    @Test
    void aConnectionThatIsClosedWhileItsResolverIsAskedRunsNothing() throws SQLException {
        AtomicReference<Connection> toClose = new AtomicReference<>();
        try (Wrapped own = Wrapped.over(
                DATABASE.administrator(),
                setup,
                builder -> builder.resolver(() -> {
                    Connection connection = toClose.getAndSet(null);
                    if (connection != null) {
                        closeNow(connection);
                    }
                    return Optional.of(ACME);
                }))) {
            Connection connection = own.dataSource.getConnection();
            PreparedStatement statement = connection.prepareStatement("select 1");
            var metaData = connection.getMetaData();
            toClose.set(connection);
            assertClosed(statement::executeQuery);

            Connection second = own.dataSource.getConnection();
            var itsMetaData = second.getMetaData();
            toClose.set(second);
            assertClosed(() -> itsMetaData.getTables(null, null, null, null));
            assertClosed(() -> metaData.getTables(null, null, null, null));
        }
    }

    private static void closeNow(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void closeOnAnotherThreadWaitsForTheStatementThatRuns() throws Exception {
        DATABASE.execute("drop table if exists seen; create table seen (organization text)");
        Connection connection = wrapped.checkout(ACME);
        connection.setAutoCommit(true);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        String slowInsert = "insert into seen select current_setting('app.organization_id') from pg_sleep(0.3) as slow";
        Future<Integer> running = thread.submit(() -> Sql.update(connection, slowInsert));
        String active = "select count(*) from pg_stat_activity where query like 'insert into seen%'";
        while (Sql.query(DATABASE.administrator(), active).equals("0") && !running.isDone()) {
            Thread.onSpinWait();
        }
        connection.close();

        assertThat(running.get()).isEqualTo(1);
        assertThat(Sql.query(DATABASE.administrator(), "select organization from seen"))
                .isEqualTo(ACME.organizationId());
        assertThat(Sql.query(wrapped.pool, ORGANIZATION)).isNullOrEmpty();
        thread.shutdown();
    }

    @Test
    void closingThePoolsOwnConnectionInsteadIsTold() throws SQLException {
        Connection connection = wrapped.checkout(ACME);
        setup.holdSession(connection);
        ((Connection) connection.unwrap(pooledConnection())).close();
        assertThatThrownBy(connection::close)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("past the TenantDataSource");
    }

    @Test
    void anExecutorThatRefusesToAbortDoesNotKeepThePlaceInThePool() throws SQLException {
        Connection connection = wrapped.checkout(ACME);
        assertThatThrownBy(() -> connection.abort(task -> {
                    throw new RejectedExecutionException("busy");
                }))
                .hasMessage("busy");
        assertThat(wrapped.queryAs(GLOBEX, ORGANIZATION)).isEqualTo(GLOBEX.organizationId());
    }

    @Test
    void setClientInfoSaysSoWithTheExceptionThatItDeclares() throws SQLException {
        Connection closed = wrapped.checkout(ACME);
        closed.close();
        assertThatThrownBy(() -> closed.setClientInfo("ApplicationName", "x"))
                .isInstanceOf(SQLClientInfoException.class);
    }

    @Test
    void aSecondCloseDoesNothingToTheNextBorrower() throws SQLException {
        Connection first = wrapped.checkout(ACME);
        first.close();
        try (Connection second = wrapped.checkout(GLOBEX)) {
            first.close();
            assertThat(Sql.query(second, ORGANIZATION)).isEqualTo(GLOBEX.organizationId());
        }
    }

    @Test
    void statementsAndResultSetsCanBeClosedAfterTheConnection() throws SQLException {
        Connection connection = wrapped.checkout(ACME);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("select 1");
        connection.close();
        result.close();
        statement.close();
        assertThat(statement.isClosed()).isTrue();
    }

    @Test
    void abortEndsTheServersSessionAndFreesThePlaceInThePool() throws SQLException {
        Connection connection = wrapped.checkout(ACME);
        String backend = Sql.query(connection, BACKEND);
        connection.abort(Runnable::run);
        assertThat(connection.isClosed()).isTrue();
        assertClosed(() -> connection.createStatement());
        connection.abort(Runnable::run);
        connection.close();
        connection.close();

        assertReplaced(backend);
    }

    /** Behind a pooler only the pool can tell. */
    private void assertReplaced(String backend) throws SQLException {
        String next = wrapped.queryAs(GLOBEX, BACKEND);
        if (!setup.behindPooler()) {
            assertThat(next).isNotEqualTo(backend);
        }
        if (setup.pool().keepsConnections()) {
            assertThat(setup.pool().connectionsThatLeft(wrapped.pool)).isEqualTo(1);
        }
    }

    @Test
    void abortAloneFreesThePlaceInThePool() throws SQLException {
        Connection connection = wrapped.checkout(ACME);
        connection.abort(Runnable::run);

        assertThat(wrapped.queryAs(GLOBEX, ORGANIZATION)).isEqualTo(GLOBEX.organizationId());
    }

    @Test
    void abortWithoutAnExecutorIsRefused() throws SQLException {
        try (Connection connection = wrapped.checkout(ACME)) {
            assertThatThrownBy(() -> connection.abort(null)).isInstanceOf(SQLException.class);
            assertThat(connection.isClosed()).isFalse();
        }
    }

    @Test
    void anExecutorThatAbortsLaterDoesNotPutALivingConnectionBack() throws SQLException {
        Connection connection = wrapped.checkout(ACME);
        String backend = Sql.query(connection, BACKEND);
        connection.abort(task -> {});
        connection.close();

        assertReplaced(backend);
    }

    private static int backendOf(Connection connection) throws SQLException {
        return Integer.parseInt(Sql.query(connection, BACKEND));
    }

    @Test
    void unwrapReachesThePoolAndTheDriver() throws SQLException {
        try (Connection connection = wrapped.checkout(ACME)) {
            setup.holdSession(connection);
            assertThat(connection.isWrapperFor(PGConnection.class)).isTrue();
            assertThat(connection.unwrap(PGConnection.class).getBackendPID() == backendOf(connection))
                    .as("PgBouncer makes one up")
                    .isEqualTo(!setup.behindPooler());
            assertThat(connection.isWrapperFor(pooledConnection())).isTrue();
            assertThat(connection.unwrap(pooledConnection())).isInstanceOf(pooledConnection());
            assertThat(connection.isWrapperFor(String.class)).isFalse();
            assertThatThrownBy(() -> connection.unwrap(String.class)).isInstanceOf(SQLException.class);
        }
    }

    private Class<?> pooledConnection() {
        return switch (setup.pool()) {
            case HIKARI, HIKARI_WITHOUT_AUTOCOMMIT -> HikariProxyConnection.class;
            case AGROAL -> ConnectionWrapper.class;
            case NONE -> PGConnection.class;
        };
    }

    private interface Call {
        void run() throws SQLException;
    }

    private static void assertClosed(Call call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));
    }
}
