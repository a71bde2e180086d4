package io.tenantdatasource.springtests.libraries;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantSource;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.batch.core.Job;
import org.springframework.batch.core.JobParameters;
import org.springframework.batch.core.JobParametersBuilder;
import org.springframework.batch.core.Step;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.launch.JobLauncher;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.SimpleStepBuilder;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.item.database.JdbcPagingItemReader;
import org.springframework.batch.item.database.Order;
import org.springframework.batch.item.database.builder.JdbcPagingItemReaderBuilder;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;

/** A job that writes a chapter for each book, with Spring Batch 5. It names no organization but as its parameter. */
@Component
class ChapterJob {

    private final JobRepository repository;
    private final JobLauncher launcher;
    private final PlatformTransactionManager transactions;
    private final DataSource dataSource;
    private final JdbcTemplate jdbc;

    ChapterJob(
            JobRepository repository,
            JobLauncher launcher,
            PlatformTransactionManager transactions,
            DataSource dataSource) {
        this.repository = repository;
        this.launcher = launcher;
        this.transactions = transactions;
        this.dataSource = dataSource;
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /** Runs it on this thread, and returns how it ended. */
    String run(Tenant tenant) throws Exception {
        return runStep(tenant, step().build());
    }

    /** Runs it with a step on threads of its own. */
    String run(Tenant tenant, AsyncTaskExecutor threads) throws Exception {
        return runStep(tenant, step().taskExecutor(threads).build());
    }

    /** Runs it with a partition for each tenant. */
    String run(TenantSource tenants) throws Exception {
        Step each = new StepBuilder("each", repository)
                .partitioner("write", TenantStep.partitions(tenants))
                .step(new TenantStep(step().build()))
                .build();
        Job job = new JobBuilder("chapters of all", repository).start(each).build();
        return launcher.run(job, new JobParameters()).getExitStatus().getExitCode();
    }

    private String runStep(Tenant tenant, Step step) throws Exception {
        Job job = new JobBuilder("chapters", repository).start(step).build();
        JobParameters parameters = new JobParametersBuilder()
                .addString("organization", tenant.organizationId())
                .toJobParameters();
        return launcher.run(job, parameters).getExitStatus().getExitCode();
    }

    private SimpleStepBuilder<Long, Long> step() throws Exception {
        return new StepBuilder("write", repository)
                .<Long, Long>chunk(1, transactions)
                .reader(books())
                .processor(this::seen)
                .writer(chunk -> chunk.forEach(this::write));
    }

    private JdbcPagingItemReader<Long> books() throws Exception {
        JdbcPagingItemReader<Long> books = new JdbcPagingItemReaderBuilder<Long>()
                .name("books")
                .dataSource(dataSource)
                .selectClause("id")
                .fromClause("books")
                .sortKeys(Map.of("id", Order.ASCENDING))
                .rowMapper((row, number) -> row.getLong("id"))
                .pageSize(1)
                .saveState(false)
                .build();
        books.afterPropertiesSet();
        return books;
    }

    /** Leaves out what the thread that processes it does not see. */
    private Long seen(Long book) {
        return jdbc.queryForList("select id from books where id = ?", Long.class, book).stream()
                .findFirst()
                .orElse(null);
    }

    private void write(Long book) {
        jdbc.update("insert into chapters (book_id, title) values (?, 'appendix')", book);
    }
}
