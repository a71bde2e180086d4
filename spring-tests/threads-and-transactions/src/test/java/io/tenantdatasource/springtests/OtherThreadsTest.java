package io.tenantdatasource.springtests;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.EnableScheduling;

/** For whom Spring Boot's own executors and schedulers work. One thread each: it serves one tenant after the other. */
@SpringBootTest(properties = {"spring.task.execution.pool.core-size=1", "spring.task.scheduling.pool.size=1"})
@TenantDatabase(schema = InvoicesSchema.class)
class OtherThreadsTest {

    @TestConfiguration(proxyBeanMethods = false)
    @EnableScheduling
    static class Scheduling {}

    @Autowired
    private Background background;

    @Autowired
    private Invoices invoices;

    @Autowired
    private AsyncTaskExecutor applicationTaskExecutor;

    @Autowired
    private TaskScheduler taskScheduler;

    @Test
    void anAsyncMethodWorksForItsCallersTenant() throws Exception {
        assertThat(organization(Tenants.as(ACME, background::organization))).isEqualTo(ACME.organizationId());
        assertThat(organization(Tenants.as(GLOBEX, background::organization))).isEqualTo(GLOBEX.organizationId());
    }

    @Test
    void anAsyncMethodThatWasCalledWithoutATenantSeesNothing() throws Exception {
        Tenants.as(ACME, () -> invoices.add("anvil"));
        organization(Tenants.as(ACME, background::organization));

        assertThat(organization(background.organization())).isEmpty();
    }

    @Test
    void anAsyncMethodMayBeToldAnotherTenant() throws Exception {
        UUID globex = UUID.fromString(GLOBEX.organizationId());

        assertThat(organization(Tenants.as(ACME, () -> background.organizationInTransactionOf(globex))))
                .isEqualTo(GLOBEX.organizationId());
    }

    @Test
    void theStepsOfACompletableFutureWorkForItOnThisExecutor() throws Exception {
        CompletableFuture<String> steps = Tenants.as(
                ACME,
                () -> CompletableFuture.supplyAsync(invoices::organization, applicationTaskExecutor)
                        .thenApplyAsync(first -> first + " " + invoices.organization(), applicationTaskExecutor));

        assertThat(organization(steps)).isEqualTo(ACME.organizationId() + " " + ACME.organizationId());
    }

    @Test
    void theStepsOfACompletableFutureWorkForNobodyOnTheCommonPool() throws Exception {
        assertThat(organization(Tenants.as(ACME, () -> CompletableFuture.supplyAsync(invoices::organization))))
                .isEmpty();
    }

    @Test
    void aTaskThatIsScheduledByHandWorksForWhoeverScheduledIt() throws Exception {
        CompletableFuture<String> organization = new CompletableFuture<>();

        Tenants.as(
                ACME,
                () -> taskScheduler.schedule(() -> organization.complete(invoices.organization()), Instant.now()));

        assertThat(organization(organization)).isEqualTo(ACME.organizationId());
    }

    @Test
    void aScheduledMethodWorksForNobody() throws Exception {
        assertThat(organization(background.organizationOfSchedule())).isEmpty();
    }

    @Test
    void theThreadsBelongToNobodyAfterwards() throws Exception {
        organization(Tenants.as(ACME, background::organization));

        assertThat(applicationTaskExecutor.submit(TenantContext::current).get(30, TimeUnit.SECONDS))
                .isEmpty();
    }

    private static String organization(Future<String> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }
}
