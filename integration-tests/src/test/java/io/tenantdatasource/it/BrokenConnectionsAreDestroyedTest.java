package io.tenantdatasource.it;

import static io.tenantdatasource.it.Sql.BACKEND;
import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/** Promise 5: a connection that cannot be bound or reset is destroyed, and the error comes out. */
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class BrokenConnectionsAreDestroyedTest {

    /**
     * Settable until the session has loaded PL/pgSQL, which reserves its prefix: from then on {@code set_config} fails,
     * with an SQLState that no pool knows, on a connection that is in perfect health.
     */
    private static final String SETTING_THAT_CANNOT_BE_RESET = "plpgsql.organization_id";

    private static final String LOAD_PLPGSQL = "do 'begin end'";

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    private PGSimpleDataSource user;

    @BeforeEach
    void createUser() {
        user = DATABASE.createUser("app");
    }

    @Test
    void bindingFails() throws SQLException {
        try (Wrapped wrapped = Wrapped.over(user, setup, builder -> builder.assumeRole("no_such_role"))) {
            String before = Sql.query(wrapped.pool, BACKEND);

            SQLException error = setup.bindsAtCheckout() ? failureOfCheckout(wrapped) : failureOfStatement(wrapped);

            assertThat((Throwable) error).hasMessageContaining("role \"no_such_role\" does not exist");
            assertThat(error.getSQLState()).isEqualTo("22023");
            assertGone(before);
            assertReplaced(wrapped, before);
        }
    }

    private static SQLException failureOfCheckout(Wrapped wrapped) {
        SQLException error = catchThrowableOfType(SQLException.class, () -> wrapped.checkout(ACME));
        assertThat((Throwable) error)
                .hasMessageContaining("Could not bind a connection to organization " + ACME.organizationId())
                .hasMessageContaining("destroyed");
        assertThat(error.getCause()).isInstanceOf(SQLException.class);
        return error;
    }

    /** Of the one that carries the binding. */
    private static SQLException failureOfStatement(Wrapped wrapped) throws SQLException {
        Connection connection = wrapped.checkout(ACME);
        SQLException error =
                catchThrowableOfType(SQLException.class, () -> Sql.query(connection, "select 'never reached'"));
        assertThat(connection.isClosed()).isTrue();
        connection.close();
        return error;
    }

    @Test
    void resettingFailsOnAHealthyConnection() throws SQLException {
        try (Wrapped wrapped =
                Wrapped.over(user, setup, builder -> builder.organizationSetting(SETTING_THAT_CANNOT_BE_RESET))) {
            Connection connection = wrapped.checkout(ACME);
            if (setup.behindPooler()) {
                assertThereIsNothingToReset(wrapped, connection);
                return;
            }
            String backend = backendOf(connection);
            connection.setAutoCommit(true);
            Sql.execute(connection, LOAD_PLPGSQL);

            SQLException error = catchThrowableOfType(SQLException.class, connection::close);

            assertThat((Throwable) error)
                    .hasMessageContaining("Could not reset the connection of organization " + ACME.organizationId())
                    .hasMessageContaining("destroyed");
            assertThat(error.getSQLState()).isEqualTo("42602");
            assertThat(connection.isClosed()).isTrue();
            assertGone(backend);
            assertReplaced(wrapped, backend);
        }
    }

    private void assertThereIsNothingToReset(Wrapped wrapped, Connection connection) throws SQLException {
        assertThatThrownBy(() -> Sql.execute(connection, LOAD_PLPGSQL))
                .as("nor could a tenant that it may have left be taken out of the pooler's session")
                .hasMessageContaining("reserved prefix");
        connection.close();
        assertThat(setup.pool().connectionsThatLeft(wrapped.pool)).isZero();
    }

    @Test
    void serverGoesAwayWhileTheConnectionIsCheckedOut() throws SQLException {
        try (Wrapped wrapped = Wrapped.over(user, setup)) {
            Connection connection = wrapped.checkout(ACME);
            if (setup.behindPooler()) {
                assertThePoolerConceals(wrapped, connection);
                return;
            }
            String backend = backendOf(connection);
            DATABASE.execute("select pg_terminate_backend(" + backend + ", 10000)");

            assertThatThrownBy(connection::close)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("Could not reset");

            assertReplaced(wrapped, backend);
            assertThat(wrapped.queryAs(GLOBEX, ORGANIZATION)).isEqualTo(GLOBEX.organizationId());
        }
    }

    /** That all of the sessions that it has go away. */
    private void assertThePoolerConceals(Wrapped wrapped, Connection connection) throws SQLException {
        DATABASE.execute("select pg_terminate_backend(pid, 10000) from pg_stat_activity where usename = '"
                + user.getUser() + "'");
        user.getConnection().close(); // by then the pooler has noticed
        connection.close();
        assertThat(wrapped.queryAs(GLOBEX, ORGANIZATION)).isEqualTo(GLOBEX.organizationId());
        assertThat(setup.pool().connectionsThatLeft(wrapped.pool)).isZero();
    }

    @Test
    void serverGoesAwayAndAStatementMeetsIt() throws SQLException {
        try (Wrapped wrapped = Wrapped.over(user, setup)) {
            Connection connection = wrapped.checkout(ACME);
            setup.holdSession(connection);
            String backend = Sql.query(connection, BACKEND);
            DATABASE.execute("select pg_terminate_backend(" + backend + ", 10000)");

            assertThatThrownBy(() -> {
                        try (connection) {
                            Sql.query(connection, "select 1");
                        }
                    })
                    .isInstanceOf(SQLException.class);

            assertReplaced(wrapped, backend);
            assertThat(wrapped.queryAs(GLOBEX, ORGANIZATION)).isEqualTo(GLOBEX.organizationId());
        }
    }

    @Test
    void aConnectionThatWasBoundIsNotDestroyed() throws SQLException {
        try (Wrapped wrapped = Wrapped.over(user, setup)) {
            String first = wrapped.queryAs(ACME, BACKEND);
            String second = wrapped.queryAs(GLOBEX, BACKEND);
            if (setup.keepsSessions()) {
                assertThat(second).isEqualTo(first);
            }
            if (setup.pool().keepsConnections()) {
                assertThat(setup.pool().connectionsThatLeft(wrapped.pool)).isZero();
            }
        }
    }

    @Test
    void theTenantOfTheThreadIsUnharmedWhenBindingFails() throws SQLException {
        try (Wrapped wrapped = Wrapped.over(user, setup, builder -> builder.assumeRole("no_such_role"));
                TenantContext.Scope scope = TenantContext.open(ACME)) {
            assertThatThrownBy(() -> Sql.query(wrapped.dataSource, "select 1")).isInstanceOf(SQLException.class);
            assertThat(TenantContext.current()).contains(ACME);
        }
    }

    private void assertGone(String backend) throws SQLException {
        if (setup.behindPooler()) {
            return; // the session is the pooler's, and stays
        }
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < deadline && isAlive(backend)) {
            Thread.onSpinWait();
        }
        assertThat(isAlive(backend)).as("server process of the connection").isFalse();
    }

    private static boolean isAlive(String backend) throws SQLException {
        return Sql.query(DATABASE.administrator(), "select count(*) from pg_stat_activity where pid = " + backend)
                .equals("1");
    }

    private void assertReplaced(Wrapped wrapped, String backend) throws SQLException {
        String next = Sql.query(wrapped.pool, BACKEND);
        if (!setup.behindPooler()) {
            assertThat(next).isNotEqualTo(backend);
        }
        if (setup.pool().keepsConnections()) {
            assertThat(setup.pool().connectionsThatLeft(wrapped.pool))
                    .as("by the pool's own count")
                    .isEqualTo(1);
        }
    }

    private static String backendOf(Connection connection) throws SQLException {
        return Integer.toString(connection.unwrap(PGConnection.class).getBackendPID());
    }
}
