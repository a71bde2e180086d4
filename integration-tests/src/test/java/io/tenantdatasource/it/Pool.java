package io.tenantdatasource.it;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.IMetricsTracker;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import com.zaxxer.hikari.metrics.PoolStats;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What the promises are kept over. Each pool has room for one connection only, which shows every leak. */
public enum Pool {
    HIKARI {
        @Override
        public DataSource over(PGSimpleDataSource server) {
            return hikari(server, true);
        }

        @Override
        long connectionsThatLeft(DataSource pool) {
            return leftHikari(pool);
        }
    },
    HIKARI_WITHOUT_AUTOCOMMIT {
        @Override
        public DataSource over(PGSimpleDataSource server) {
            return hikari(server, false);
        }

        @Override
        long connectionsThatLeft(DataSource pool) {
            return leftHikari(pool);
        }
    },
    AGROAL {
        @Override
        public DataSource over(PGSimpleDataSource server) {
            AgroalDataSourceConfigurationSupplier configuration = new AgroalDataSourceConfigurationSupplier()
                    .metricsEnabled(true)
                    .connectionPoolConfiguration(pool -> pool.maxSize(1)
                            .acquisitionTimeout(Duration.ofSeconds(10))
                            .exceptionSorter(new PostgreSQLExceptionSorter())
                            .connectionFactoryConfiguration(factory -> factory.jdbcUrl(server.getURL())
                                    .principal(new NamePrincipal(server.getUser()))
                                    .credential(
                                            new SimplePassword(Objects.requireNonNullElse(server.getPassword(), "")))));
            try {
                return AgroalDataSource.from(configuration);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        long connectionsThatLeft(DataSource pool) {
            return ((AgroalDataSource) pool).getMetrics().flushCount();
        }
    },
    NONE {
        @Override
        public DataSource over(PGSimpleDataSource server) {
            return server;
        }

        @Override
        long connectionsThatLeft(DataSource pool) {
            throw new IllegalStateException("there is no pool to ask");
        }
    };

    public abstract DataSource over(PGSimpleDataSource server);

    /** By the pool's own counters. */
    abstract long connectionsThatLeft(DataSource pool);

    public boolean keepsConnections() {
        return this != NONE;
    }

    private static DataSource hikari(PGSimpleDataSource server, boolean autoCommit) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(server);
        config.setAutoCommit(autoCommit);
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(10_000);
        config.setInitializationFailTimeout(-1); // the connection of HikariCP's own start-up check would not be counted
        config.setMetricsTrackerFactory(new CreatedConnections());
        return new HikariDataSource(config);
    }

    private static long leftHikari(DataSource pool) {
        HikariDataSource hikari = (HikariDataSource) pool;
        return ((CreatedConnections) hikari.getMetricsTrackerFactory()).count.sum()
                - hikari.getHikariPoolMXBean().getTotalConnections();
    }

    /** HikariCP counts what it creates only for a metrics library. */
    private static final class CreatedConnections implements MetricsTrackerFactory {

        private final LongAdder count = new LongAdder();

        @Override
        public IMetricsTracker create(String poolName, PoolStats poolStats) {
            return new IMetricsTracker() {
                @Override
                public void recordConnectionCreatedMillis(long connectionCreatedMillis) {
                    count.increment();
                }
            };
        }
    }
}
