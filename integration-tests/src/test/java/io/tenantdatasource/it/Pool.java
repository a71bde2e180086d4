package io.tenantdatasource.it;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What the promises are kept over. Each pool has room for one connection only, which shows every leak. */
enum Pool {
    HIKARI {
        @Override
        DataSource over(PGSimpleDataSource server) {
            return hikari(server, true);
        }
    },
    HIKARI_WITHOUT_AUTOCOMMIT {
        @Override
        DataSource over(PGSimpleDataSource server) {
            return hikari(server, false);
        }
    },
    AGROAL {
        @Override
        DataSource over(PGSimpleDataSource server) {
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
    },
    NONE {
        @Override
        DataSource over(PGSimpleDataSource server) {
            return server;
        }
    };

    abstract DataSource over(PGSimpleDataSource server);

    boolean keepsConnections() {
        return this != NONE;
    }

    private static DataSource hikari(PGSimpleDataSource server, boolean autoCommit) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(server);
        config.setAutoCommit(autoCommit);
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(10_000);
        return new HikariDataSource(config);
    }
}
