package io.tenantdatasource.it;

import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.TenantDataSourceListener;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Agroal keeps dead connections unless it has an exception sorter: it never learns that they are dead. Nothing leaks even
 * then, but the place in the pool is lost until something flushes it.
 */
class AgroalWithoutExceptionSorterTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    private AgroalDataSource pool;

    @BeforeEach
    void openPool() throws SQLException {
        PGSimpleDataSource user = DATABASE.createUser("app");
        pool = AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(configuration -> configuration
                        .maxSize(1)
                        .acquisitionTimeout(Duration.ofSeconds(1))
                        .connectionFactoryConfiguration(factory -> factory.jdbcUrl(user.getURL())
                                .principal(new NamePrincipal(user.getUser()))
                                .credential(new SimplePassword(user.getPassword())))));
    }

    @Test
    void nobodyCanUseWhatWasDestroyed() throws SQLException {
        try (TenantDataSource dataSource = TenantDataSource.builder(pool)
                .organizationSetting("plpgsql.organization_id")
                .build()) {
            failToReset(dataSource);

            try (Connection dead = pool.getConnection()) {
                assertThatThrownBy(() -> Sql.query(dead, ORGANIZATION))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("08003"));
            }
        }
    }

    @Test
    void aListenerThatFlushesGivesThePlaceBack() throws SQLException {
        TenantDataSourceListener flushing = new TenantDataSourceListener() {
            @Override
            public void destroyed(Optional<Tenant> tenant, Throwable cause) {
                pool.flush(FlushMode.IDLE);
            }
        };
        try (TenantDataSource dataSource = TenantDataSource.builder(pool)
                .organizationSetting("plpgsql.organization_id")
                .listener(flushing)
                .build()) {
            failToReset(dataSource);

            assertThat(firstSuccess(dataSource)).isEqualTo(GLOBEX.organizationId());
        }
    }

    private static void failToReset(TenantDataSource dataSource) throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(ACME)) {
            Connection connection = dataSource.getConnection();
            Sql.execute(connection, "do 'begin end'");
            assertThatThrownBy(connection::close).hasMessageContaining("Could not reset");
        }
    }

    /** Agroal flushes in the background: the first tries may meet the dead connection, or wait for it in vain. */
    private static String firstSuccess(TenantDataSource dataSource) throws SQLException {
        SQLException last = null;
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < deadline) {
            try (TenantContext.Scope scope = TenantContext.open(GLOBEX);
                    Connection connection = dataSource.getConnection()) {
                return Sql.query(connection, "select current_setting('plpgsql.organization_id', true)");
            } catch (SQLException e) {
                last = e;
            }
        }
        throw last;
    }
}
