package io.tenantdatasource.springweb;

import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.test.wire.Recording;
import io.tenantdatasource.test.wire.StatementRecorder;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.core.env.Environment;

/** The database of a test, with a recorder before it that tells for whom each statement of the application ran. */
public final class RecordedServer implements AutoCloseable {

    private final PGSimpleDataSource server = new PGSimpleDataSource();
    private final StatementRecorder recorder;

    public RecordedServer(Environment environment) {
        server.setUrl(environment.getRequiredProperty("spring.datasource.url"));
        server.setUser(environment.getRequiredProperty("spring.datasource.username"));
        server.setPassword(environment.getRequiredProperty("spring.datasource.password"));
        recorder = StatementRecorder.before(server);
    }

    public DataSource pool() {
        HikariDataSource pool = new HikariDataSource();
        pool.setDataSource(server);
        pool.setMaximumPoolSize(4);
        return pool;
    }

    public <E extends Exception> Recording record(StatementRecorder.Task<E> task) throws E {
        return recorder.record(task);
    }

    @Override
    public void close() {
        recorder.close();
    }
}
