package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.wire.RecordedStatement;
import io.tenantdatasource.test.wire.Recording;
import io.tenantdatasource.test.wire.StatementRecorder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Promise 1 as the server sees it: on a pool, each statement comes for the tenant of its checkout. */
@ParameterizedClass
@MethodSource("io.tenantdatasource.it.Setup#all")
class RecordedStatementsTest {

    private static final int THREADS = 4;
    private static final int CHECKOUTS_A_THREAD = 5;

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Setup setup;

    private StatementRecorder recorder;
    private Wrapped wrapped;

    @BeforeEach
    void putARecorderBeforeTheServer() throws SQLException {
        PGSimpleDataSource server = DATABASE.administrator();
        setup.configure(server);
        recorder = StatementRecorder.before(server);
        wrapped = Wrapped.around(setup.pool().over(server), setup, builder -> builder);
        query(ACME, "select 'the connection is there'");
    }

    @AfterEach
    void close() {
        wrapped.close();
        recorder.close();
    }

    @Test
    void queriesOfOneCheckoutAreForItsTenant() throws SQLException {
        Recording recording = recorder.record(() -> {
            query(ACME, "select 'first'");
            try (Connection connection = wrapped.checkout(ACME);
                    PreparedStatement statement = connection.prepareStatement("select ?::int")) {
                for (int i = 0; i < 10; i++) {
                    statement.setInt(1, i);
                    statement.executeQuery().close();
                }
            }
        });

        assertThat(recording.queries()).hasSize(11);
        assertThat(recording.organizations()).isEqualTo(expected(ACME));
    }

    @Test
    void theNextCheckoutOfTheSameConnectionIsForTheNextTenant() throws SQLException {
        Recording recording = recorder.record(() -> {
            query(ACME, "select 'acme'");
            query(GLOBEX, "select 'globex'");
        });

        assertThat(recording.queries())
                .extracting(RecordedStatement::organization)
                .containsExactlyElementsOf(
                        asks()
                                ? List.of(Optional.of(ACME.organizationId()), Optional.of(GLOBEX.organizationId()))
                                : List.of(Optional.empty(), Optional.empty()));
    }

    @Test
    void manyThreadsAreKeptApart() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            Recording recording = recorder.record(() -> {
                List<Future<Void>> users = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    Tenant tenant = Tenant.of("organization-" + i);
                    users.add(threads.submit(() -> {
                        for (int j = 0; j < CHECKOUTS_A_THREAD; j++) {
                            query(tenant, "select 'organization: " + tenant.organizationId() + "'");
                        }
                        return null;
                    }));
                }
                for (Future<Void> user : users) {
                    user.get();
                }
            });

            assertThat(recording.queries())
                    .hasSize(THREADS * CHECKOUTS_A_THREAD)
                    .allSatisfy(query -> query.organization()
                            .ifPresent(id -> assertThat(query.sql()).contains("organization: " + id + "'")));
            assertThat(recording.organizations()).hasSize(asks() ? THREADS : 0);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Prepared, as pgjdbc uses the simple protocol for plain statements in one of its modes. */
    private void query(Tenant tenant, String sql) throws SQLException {
        try (Connection connection = wrapped.checkout(tenant);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.executeQuery().close();
        }
    }

    /** The simple protocol leaves no room for a question. */
    private boolean asks() {
        return !setup.simpleProtocol();
    }

    private Set<String> expected(Tenant tenant) {
        return asks() ? Set.of(tenant.organizationId()) : Set.of();
    }
}
