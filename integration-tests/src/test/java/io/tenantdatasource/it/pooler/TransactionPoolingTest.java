package io.tenantdatasource.it.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.it.Sql;
import io.tenantdatasource.it.pooler.PgBouncer.Pooling;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** {@link TenantBinding#TRANSACTION} where 16 connections of many organizations share 3 sessions of the server. */
class TransactionPoolingTest {

    private static final int CONNECTIONS = 16;
    private static final int SESSIONS = 3;
    private static final int CHECKOUTS = 5_000;

    @AutoClose
    private final Notes notes = new Notes();

    @AutoClose
    private PgBouncer bouncer;

    @BeforeEach
    void putABouncerBeforeTheServer() {
        bouncer = PgBouncer.start(Pooling.TRANSACTION, SESSIONS, notes.application());
        bouncer.before(notes.application());
    }

    @Test
    void everyOrganizationSeesAndWritesItsOwnNotesAlone() throws Exception {
        notes.application().setPrepareThreshold(0); // this PgBouncer knows no prepared statements
        try (TenantDataSource pool = notes.pool(CONNECTIONS, TenantBinding.TRANSACTION)) {
            Sightings sightings = Sightings.of(pool, CONNECTIONS, CHECKOUTS);

            assertThat(sightings.foreign()).as("foreign notes seen").isZero();
            assertThat(sightings.nothing()).as("own notes missed").isZero();
            assertThat(sightings.failures()).isEmpty();
            assertThat(notes.countAfterTheStart("organization <> meant")).isZero();
            assertThat(notes.countAfterTheStart("organization = meant")).isEqualTo(sightings.written());
        }
    }

    /** The server takes one client's statement for another's of the same name, or knows none: with and without us. */
    @Test
    void noForeignNoteIsSeenOrWrittenWherePreparedStatementsGetMixedUp() throws Exception {
        try (TenantDataSource pool = notes.pool(CONNECTIONS, TenantBinding.TRANSACTION)) {
            Sightings sightings = Sightings.of(pool, CONNECTIONS, CHECKOUTS);

            assertThat(sightings.foreign()).as("foreign notes seen").isZero();
            assertThat(sightings.own()).isPositive();
            assertThat(notes.countAfterTheStart("organization <> meant")).isZero();
        }
    }

    @Test
    void noSessionOfTheServerCarriesATenantAfterwards() throws Exception {
        notes.application().setPrepareThreshold(0);
        try (TenantDataSource pool = notes.pool(CONNECTIONS, TenantBinding.TRANSACTION)) {
            assertThat(Sightings.of(pool, CONNECTIONS, 200).own()).isPositive();
        }

        List<String> sessions = new ArrayList<>();
        List<String> tenants = new ArrayList<>();
        onAllSessions(notes.application(), connection -> {
            sessions.add(Sql.query(connection, Sql.BACKEND));
            tenants.add(Sql.query(connection, "select coalesce(organization()::text, 'no tenant')"));
        });

        assertThat(sessions.stream().sorted().collect(Collectors.joining(" "))).isEqualTo(notes.serverSessions());
        assertThat(tenants).hasSize(SESSIONS).containsOnly("no tenant");
    }

    /** The server takes that before any query alone: the tenant is told without one. */
    @Test
    void aTransactionMaySayFirstHowIsolatedItIs() throws SQLException {
        notes.application().setPrepareThreshold(0);
        Tenant tenant = Tenant.of(UUID.randomUUID());
        try (TenantDataSource pool = notes.pool(1, TenantBinding.TRANSACTION);
                TenantContext.Scope scope = TenantContext.open(tenant);
                Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            Sql.execute(connection, "set transaction isolation level serializable");

            assertThat(Sql.query(connection, "show transaction_isolation")).isEqualTo("serializable");
            assertThat(Sql.query(connection, Sql.ORGANIZATION)).isEqualTo(tenant.organizationId());
            connection.rollback();
        }
    }

    @Test
    void noForeignNoteIsSeenOrWrittenWhileSessionsOfTheServerAreKilled() throws Exception {
        notes.application().setPrepareThreshold(0);
        ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor();
        try (TenantDataSource pool = notes.pool(CONNECTIONS, TenantBinding.TRANSACTION)) {
            Future<?> killing =
                    killer.scheduleWithFixedDelay(notes::killServerSessions, 100, 100, TimeUnit.MILLISECONDS);
            Sightings sightings = Sightings.of(pool, CONNECTIONS, CHECKOUTS / 10);

            assertThat(killing).isNotDone();
            assertThat(sightings.failures()).isNotEmpty();
            assertThat(sightings.foreign()).as("foreign notes seen").isZero();
            assertThat(sightings.nothing()).as("own notes missed").isZero();
            assertThat(notes.countAfterTheStart("organization <> meant")).isZero();
        } finally {
            killer.shutdownNow();
        }
    }

    private interface Look {
        void at(Connection connection) throws SQLException;
    }

    /** Each transaction keeps its session from the others, so that they get to all of them. */
    private static void onAllSessions(PGSimpleDataSource user, Look look) throws SQLException {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            Connection connection = user.getConnection();
            connections.add(connection);
            connection.setAutoCommit(false);
            look.at(connection);
        }
        for (Connection connection : connections) {
            connection.rollback();
            connection.close();
        }
    }
}
