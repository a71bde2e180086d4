package io.tenantdatasource.springtests.libraries;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.test.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.jdbc.core.JdbcTemplate;

/** A job is run in a scope of its tenant; its metadata are nobody's. */
@BooksTest
class BatchJobsWorkForTheTenantTest {

    private final ChapterJob job;
    private final HikariDataSource pool;
    private final JdbcTemplate administrator;

    BatchJobsWorkForTheTenantTest(
            @Autowired ChapterJob job, @Autowired DataSource dataSource, @Autowired TestDatabase database)
            throws SQLException {
        this.job = job;
        this.pool = dataSource.unwrap(HikariDataSource.class);
        this.administrator = new JdbcTemplate(database.administrator());
    }

    @AfterEach
    void poolOfOneAgain() {
        pool.setMaximumPoolSize(1);
        pool.getHikariPoolMXBean().softEvictConnections();
    }

    @Test
    void readsAndWritesForTheTenant() throws Exception {
        assertThat(TenantContext.call(ACME, () -> job.run(ACME))).isEqualTo("COMPLETED");

        assertThat(booksWithAnAppendix()).containsExactly("anvils", "rockets");
    }

    @Test
    void runsOnceForEachTenantThatIsAParameter() throws Exception {
        assertThat(TenantContext.call(ACME, () -> job.run(ACME))).isEqualTo("COMPLETED");
        assertThat(TenantContext.call(GLOBEX, () -> job.run(GLOBEX))).isEqualTo("COMPLETED");

        assertThat(booksWithAnAppendix()).containsExactly("anvils", "rockets", "lasers");
        assertThat(administrator.queryForObject("select count(*) from batch_job_instance", Long.class))
                .isEqualTo(2);
    }

    @Test
    void runsAPartitionForEachTenant() throws Exception {
        assertThat(job.run(() -> List.of(ACME, GLOBEX))).isEqualTo("COMPLETED");

        assertThat(booksWithAnAppendix()).containsExactly("anvils", "rockets", "lasers");
    }

    /** Completed, with nothing done: the metadata need no tenant, the rows do. */
    @Test
    void findsNothingToDoWithoutATenant() throws Exception {
        assertThat(job.run(ACME)).isEqualTo("COMPLETED");

        assertThat(booksWithAnAppendix()).isEmpty();
    }

    @Test
    void handsTheTenantToTheThreadsOfAStep() throws Exception {
        assertThat(runOnThreads(TenantContext::wrap)).isEqualTo("COMPLETED");

        assertThat(booksWithAnAppendix()).containsExactly("anvils", "rockets");
    }

    @Test
    void leavesThreadsThatAreNotTheTenantsWithNothingToDo() throws Exception {
        assertThat(runOnThreads(task -> task)).isEqualTo("COMPLETED");

        assertThat(booksWithAnAppendix()).isEmpty();
    }

    private String runOnThreads(TaskDecorator decorator) throws Exception {
        pool.setMaximumPoolSize(4);
        SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor();
        threads.setConcurrencyLimit(2);
        threads.setTaskDecorator(decorator);
        return TenantContext.call(ACME, () -> job.run(ACME, threads));
    }

    private List<String> booksWithAnAppendix() {
        return administrator.queryForList(
                "select b.title from chapters c join books b on b.id = c.book_id where c.title = 'appendix' order by b.id",
                String.class);
    }
}
