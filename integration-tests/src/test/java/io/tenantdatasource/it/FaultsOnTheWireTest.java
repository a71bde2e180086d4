package io.tenantdatasource.it;

import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.wire.Wire;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Promise 5 where the wire fails: a connection that dies while it is bound or reset, or on which that fails though it lives,
 * leaves the pool, and the next one works for the next tenant.
 */
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#poolsAndBindings")
class FaultsOnTheWireTest {

    /** Which no pool takes for a sign that a connection is broken, unlike those of a connection that is. */
    private static final String NOT_KNOWN_TO_ANY_POOL = "XX999";

    private static final Set<String> BROKEN = Set.of("08006", "08003");

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    private Wire wire;
    private Wrapped wrapped;

    @BeforeEach
    void putAWireBeforeTheServer() throws SQLException {
        PGSimpleDataSource server = DATABASE.createUser("app");
        setup.configure(server);
        wire = Wire.before(server);
        wrapped = Wrapped.around(setup.pool().over(server), setup, builder -> builder);
        wrapped.queryAs(ACME, "select 'the connection is there'");
    }

    @AfterEach
    void close() {
        wrapped.close();
        wire.close();
    }

    @Test
    void itDiesWhenItIsBound() throws SQLException {
        wire.dieAtBind();

        SQLException error = failureOf(() -> wrapped.queryAs(ACME, ORGANIZATION));

        assertThat((Throwable) error).hasMessageContaining("Could not bind");
        assertThat(error.getSQLState()).isIn(BROKEN);
        assertReplaced();
    }

    @Test
    void itCannotBeBoundThoughItLives() throws SQLException {
        wire.failAtBind(NOT_KNOWN_TO_ANY_POOL);

        SQLException error = failureOf(() -> wrapped.queryAs(ACME, ORGANIZATION));

        assertThat((Throwable) error).hasMessageContaining("Could not bind");
        assertThat(error.getSQLState()).isEqualTo(NOT_KNOWN_TO_ANY_POOL);
        assertReplaced();
    }

    @Test
    void itDiesWhenItIsReset() throws SQLException {
        wire.dieAtReset();
        if (setup.behindPooler()) {
            assertThatNothingIsReset();
            return;
        }
        Connection connection = checkoutThatHasToBeReset();

        SQLException error = failureOf(connection::close);

        assertThat((Throwable) error).hasMessageContaining("Could not reset");
        assertThat(error.getSQLState()).isIn(BROKEN);
        assertReplaced();
    }

    @Test
    void itCannotBeResetThoughItLives() throws SQLException {
        wire.failAtReset(NOT_KNOWN_TO_ANY_POOL);
        if (setup.behindPooler()) {
            assertThatNothingIsReset();
            return;
        }
        Connection connection = checkoutThatHasToBeReset();

        SQLException error = failureOf(connection::close);

        assertThat((Throwable) error).hasMessageContaining("Could not reset");
        assertThat(error.getSQLState()).isEqualTo(NOT_KNOWN_TO_ANY_POOL);
        assertReplaced();
    }

    @Test
    void itDiesWhenItsTransactionIsRolledBackOnReturn() throws SQLException {
        Connection connection = openTransaction();
        wire.cutAt("ROLLBACK"::equals);

        SQLException error = failureOf(connection::close);

        assertThat((Throwable) error).hasMessageContaining("Could not reset");
        assertThat(error.getSQLState()).isIn(BROKEN);
        assertReplaced();
    }

    @Test
    void itCannotBeRolledBackOnReturnThoughItLives() throws SQLException {
        Connection connection = openTransaction();
        wire.failAt("ROLLBACK"::equals, NOT_KNOWN_TO_ANY_POOL);

        SQLException error = failureOf(connection::close);

        assertThat((Throwable) error).hasMessageContaining("Could not reset");
        assertThat(error.getSQLState()).isEqualTo(NOT_KNOWN_TO_ANY_POOL);
        assertReplaced();
    }

    @Test
    void itDiesWhileAStatementRuns() throws SQLException {
        wire.cutAfter("select 'answered in vain'"::equals);

        SQLException error = failureOf(() -> wrapped.queryAs(ACME, "select 'answered in vain'"));

        assertThat(error.getSQLState()).isIn(BROKEN);
        assertReplaced();
    }

    private Connection openTransaction() throws SQLException {
        Connection connection = wrapped.checkout(ACME);
        connection.setAutoCommit(false);
        Sql.query(connection, "select 1");
        return connection;
    }

    private Connection checkoutThatHasToBeReset() throws SQLException {
        Connection connection = wrapped.checkout(ACME);
        connection.unwrap(PGConnection.class);
        return connection;
    }

    /** Behind a pooler no session is told. */
    private void assertThatNothingIsReset() throws SQLException {
        assertThat(wrapped.queryAs(GLOBEX, ORGANIZATION)).isEqualTo(GLOBEX.organizationId());
        assertThat(setup.pool().connectionsThatLeft(wrapped.pool)).isZero();
    }

    private interface Call {
        void run() throws SQLException;
    }

    private static SQLException failureOf(Call call) {
        return catchThrowableOfType(SQLException.class, call::run);
    }

    private void assertReplaced() throws SQLException {
        assertThat(wrapped.queryAs(GLOBEX, ORGANIZATION)).isEqualTo(GLOBEX.organizationId());
        if (setup.pool().keepsConnections()) {
            assertThat(setup.pool().connectionsThatLeft(wrapped.pool))
                    .as("by the pool's own count")
                    .isEqualTo(1);
        }
    }
}
