package io.tenantdatasource.springtests.operations;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Has what an operator has: an actuator, metrics, observations, and a further data source that is left as it is. Scans no
 * package.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
class OperatedApplication {

    @Bean(defaultCandidate = false)
    DataSource reports(
            @Value("${spring.datasource.url}") String url,
            @Value("${spring.datasource.username}") String user,
            @Value("${spring.datasource.password}") String password) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setUsername(user);
        pool.setPassword(password);
        return pool;
    }

    @Bean
    Observations observations() {
        return new Observations();
    }

    /** Keeps what was observed. */
    static final class Observations implements ObservationHandler<Observation.Context> {

        private final List<Observation.Context> seen = new CopyOnWriteArrayList<>();

        @Override
        public void onStop(Observation.Context context) {
            seen.add(context);
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }

        List<Observation.Context> seen() {
            return seen;
        }
    }
}
