package io.tenantdatasource.springtests;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** A task that leaves a scope open on a pooled thread: the next one knows nothing of it, and the schedule goes on. */
@SpringBootTest(
        properties = {
            "spring.task.execution.pool.core-size=1",
            "spring.task.scheduling.pool.size=1",
            "logging.level.io.tenantdatasource.spring.task=warn"
        })
@TenantDatabase(schema = InvoicesSchema.class)
@ExtendWith(OutputCaptureExtension.class)
class ForgetfulTasksTest {

    @TestConfiguration(proxyBeanMethods = false)
    @EnableScheduling
    static class Scheduling {

        @Bean
        Forgetful forgetful(Invoices invoices) {
            return new Forgetful(invoices);
        }
    }

    /** Tells for whom each run begins. */
    static class Forgetful {

        private final Invoices invoices;
        private final BlockingQueue<String> runs = new LinkedBlockingQueue<>();

        Forgetful(Invoices invoices) {
            this.invoices = invoices;
        }

        @Scheduled(fixedRate = 100)
        void leavesAScopeOpen() {
            runs.add(invoices.organization());
            TenantContext.open(GLOBEX);
        }
    }

    @Test
    void aScheduleGoesOnAndEachRunBeginsForNobody(@Autowired Forgetful forgetful, CapturedOutput output)
            throws Exception {
        for (int run = 0; run < 3; run++) {
            assertThat(forgetful.runs.poll(30, TimeUnit.SECONDS)).isNotNull().isEmpty();
        }
        assertThat(output)
                .contains("left scopes of TenantContext open")
                .contains("1 that were opened later had been left open")
                .doesNotContain("Unexpected error occurred in scheduled task");
    }

    @Test
    void theNextTaskOfAnExecutorIsOfItsOwnTenantOnTheSameThread(@Autowired AsyncTaskExecutor applicationTaskExecutor)
            throws Exception {
        Thread first = Tenants.as(
                        ACME,
                        () -> applicationTaskExecutor.submit(() -> {
                            TenantContext.open(GLOBEX);
                            return Thread.currentThread();
                        }))
                .get(30, TimeUnit.SECONDS);

        assertThat(applicationTaskExecutor
                        .submit(() -> {
                            assertThat(TenantContext.isOpen()
                                            && TenantContext.current().isPresent())
                                    .isFalse();
                            return Thread.currentThread();
                        })
                        .get(30, TimeUnit.SECONDS))
                .isSameAs(first);
    }
}
