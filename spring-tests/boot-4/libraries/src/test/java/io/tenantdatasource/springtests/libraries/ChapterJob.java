package io.tenantdatasource.springtests.libraries;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantSource;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.ChunkOrientedStepBuilder;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.database.JdbcPagingItemReader;
import org.springframework.batch.infrastructure.item.database.Order;
import org.springframework.batch.infrastructure.item.database.builder.JdbcPagingItemReaderBuilder;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;

/** A job that writes a chapter for each book, with Spring Batch 6. It names no organization but as its parameter. */
@Component
class ChapterJob {

    private final JobRepository repository;
    private final JobOperator operator;
    private final PlatformTransactionManager transactions;
    private final DataSource dataSource;
    private final JdbcTemplate jdbc;

    ChapterJob(
            JobRepository repository,
            JobOperator operator,
            PlatformTransactionManager transactions,
            DataSource dataSource) {
        this.repository = repository;
        this.operator = operator;
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
        return operator.start(job, new JobParameters()).getExitStatus().getExitCode();
    }

    private String runStep(Tenant tenant, Step step) throws Exception {
        Job job = new JobBuilder("chapters", repository).start(step).build();
        JobParameters parameters = new JobParametersBuilder()
                .addString("organization", tenant.organizationId())
                .toJobParameters();
        return operator.start(job, parameters).getExitStatus().getExitCode();
    }

    private ChunkOrientedStepBuilder<Long, Long> step() throws Exception {
        return new StepBuilder("write", repository)
                .<Long, Long>chunk(1)
                .transactionManager(transactions)
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
