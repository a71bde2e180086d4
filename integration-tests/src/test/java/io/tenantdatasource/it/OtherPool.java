package io.tenantdatasource.it;

import com.mchange.v2.c3p0.ComboPooledDataSource;
import com.mchange.v2.c3p0.DataSources;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.apache.tomcat.jdbc.pool.PoolProperties;
import org.postgresql.ds.PGSimpleDataSource;

/** Pools of which a few promises are looked at, with their defaults but for their size, times, and what is said beside. */
enum OtherPool {
    TOMCAT {
        @Override
        DataSource over(PGSimpleDataSource server) {
            PoolProperties properties = new PoolProperties();
            properties.setDataSource(server);
            properties.setMaxActive(1);
            properties.setInitialSize(1);
            properties.setMinIdle(1);
            properties.setMaxIdle(1);
            properties.setMaxWait(WAIT_MILLIS);
            return new org.apache.tomcat.jdbc.pool.DataSource(properties);
        }

        @Override
        void close(DataSource pool) {
            ((org.apache.tomcat.jdbc.pool.DataSource) pool).close(true);
        }
    },
    DBCP2 {
        @Override
        DataSource over(PGSimpleDataSource server) {
            BasicDataSource pool = new BasicDataSource();
            pool.setUrl(server.getURL());
            pool.setUsername(server.getUser());
            pool.setPassword(server.getPassword());
            pool.setMaxTotal(1);
            pool.setMaxWait(Duration.ofMillis(WAIT_MILLIS));
            return pool;
        }

        @Override
        void close(DataSource pool) throws SQLException {
            ((BasicDataSource) pool).close();
        }
    },
    C3P0 {
        @Override
        DataSource over(PGSimpleDataSource server) {
            ComboPooledDataSource pool = new ComboPooledDataSource();
            pool.setJdbcUrl(server.getURL());
            pool.setUser(server.getUser());
            pool.setPassword(Objects.requireNonNullElse(server.getPassword(), ""));
            pool.setMinPoolSize(1);
            pool.setInitialPoolSize(1);
            pool.setMaxPoolSize(1);
            pool.setCheckoutTimeout(WAIT_MILLIS);
            pool.setUnreturnedConnectionTimeout(1); // or the place of a connection that was aborted stays taken
            return pool;
        }

        @Override
        void close(DataSource pool) throws SQLException {
            DataSources.destroy(pool);
        }
    };

    private static final int WAIT_MILLIS = 10_000;

    /** Opens one with room for a single connection. */
    abstract DataSource over(PGSimpleDataSource server);

    abstract void close(DataSource pool) throws SQLException;
}
