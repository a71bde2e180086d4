package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.RoundTripRecorder;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A checkout costs two round trips more than the pool's own, whatever is bound and whatever is done. */
@ParameterizedClass
@EnumSource(value = Pool.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
class RoundTripsTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter
    private Pool pool;

    private interface Use {
        void of(Connection connection) throws SQLException;
    }

    @Test
    void ofACheckoutWithNothingInBetween() throws SQLException {
        assertThat(extraRoundTrips(builder -> builder, connection -> {})).isEqualTo(2);
    }

    @Test
    void ofACheckoutWithRoleAndFurtherSettings() throws SQLException {
        assertThat(extraRoundTrips(
                        builder -> builder.assumeRole("pg_monitor")
                                .setting("app.plan", t -> "gold")
                                .setting("app.region", t -> "eu"),
                        connection -> {}))
                .isEqualTo(2);
    }

    @Test
    void ofAQueryInThePoolsOwnMode() throws SQLException {
        assertThat(extraRoundTrips(builder -> builder, connection -> {
                    Sql.query(connection, "select 1");
                    if (!connection.getAutoCommit()) {
                        connection.commit();
                    }
                }))
                .isEqualTo(2);
    }

    @Test
    void ofATransaction() throws SQLException {
        assertThat(extraRoundTrips(builder -> builder, connection -> {
                    connection.setAutoCommit(false);
                    Sql.query(connection, "select 1");
                    Sql.query(connection, "select 2");
                    connection.commit();
                    connection.setAutoCommit(true);
                }))
                .isEqualTo(2);
    }

    private long extraRoundTrips(UnaryOperator<TenantDataSource.Builder> options, Use use) throws SQLException {
        PGSimpleDataSource server = DATABASE.administrator();
        try (RoundTripRecorder recorder = RoundTripRecorder.before(server);
                Wrapped wrapped = Wrapped.pool(pool, server, options)) {
            wrapped.queryAs(ACME, "select 1"); // the pool has connected, and done what it does once
            long start = recorder.roundTrips();
            try (Connection raw = wrapped.pool.getConnection()) {
                use.of(raw);
            }
            long betweenBoth = recorder.roundTrips();
            try (Connection bound = wrapped.checkout(ACME)) {
                use.of(bound);
            }
            return recorder.roundTrips() - betweenBoth - (betweenBoth - start);
        }
    }
}
