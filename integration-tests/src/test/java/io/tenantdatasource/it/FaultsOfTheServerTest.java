package io.tenantdatasource.it;

import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What a server does to its clients by itself: each is told, or gets the right answer, and the next one works. */
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#poolsAndBindings")
class FaultsOfTheServerTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    private PGSimpleDataSource server;
    private Wrapped wrapped;

    @BeforeEach
    void open() {
        server = DATABASE.createUser("app");
    }

    @AfterEach
    void close() {
        wrapped.close();
    }

    @Test
    void aStatementThatTakesTooLongIsTheUsersAndTheConnectionStays() throws SQLException {
        wrapped = Wrapped.over(server, setup);
        try (Connection connection = wrapped.checkout(ACME)) {
            for (boolean autoCommit : new boolean[] {true, false}) {
                connection.setAutoCommit(autoCommit);
                assertThatThrownBy(
                                () -> Sql.execute(connection, "set local statement_timeout = 10; select pg_sleep(10)"))
                        .extracting(e -> ((SQLException) e).getSQLState())
                        .isEqualTo("57014");
                if (!autoCommit) {
                    connection.rollback();
                }
                assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(ACME.organizationId());
            }
            connection.rollback();
        }
        assertNextWorks();
    }

    @Test
    void aTransactionThatIsIdleForTooLongIsToldOnce() throws Exception {
        wrapped = Wrapped.over(server, setup);
        Connection connection = wrapped.checkout(ACME);
        connection.setAutoCommit(false);
        Sql.execute(connection, "set local idle_in_transaction_session_timeout = 50");
        assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(ACME.organizationId());
        awaitEnd();

        assertThatThrownBy(() -> Sql.query(connection, ORGANIZATION)).isInstanceOf(SQLException.class);

        connection.close();
        assertNextWorks();
    }

    private void awaitEnd() throws Exception {
        String sessions = "select count(*) from pg_stat_activity where usename = '" + server.getUser()
                + "' and state like 'idle in transaction%'";
        long start = System.nanoTime();
        while (!Sql.query(DATABASE.administrator(), sessions).equals("0")) {
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(30));
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    void aServerThatTakesNoMoreConnectionsSaysSoAndTakesThemLater() throws SQLException {
        DATABASE.execute("alter role " + server.getUser() + " connection limit 0");
        PGSimpleDataSource direct = server;
        Setup withoutPooler = new Setup(setup.pool(), setup.binding(), setup.driverMode());
        wrapped = Wrapped.over(direct, withoutPooler);

        assertThatThrownBy(() -> wrapped.queryAs(ACME, ORGANIZATION)).isInstanceOf(SQLException.class);

        DATABASE.execute("alter role " + server.getUser() + " connection limit -1");
        assertNextWorks();
    }

    private void assertNextWorks() throws SQLException {
        assertThat(wrapped.queryAs(GLOBEX, ORGANIZATION)).isEqualTo(GLOBEX.organizationId());
        wrapped.assertClean();
    }
}
