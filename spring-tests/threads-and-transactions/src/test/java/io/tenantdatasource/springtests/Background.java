package io.tenantdatasource.springtests;

import io.tenantdatasource.spring.task.ForTenant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Does on other threads what the tests ask for; tells for which organization the database did it. */
@Service
class Background {

    private final Invoices invoices;
    private final CompletableFuture<String> scheduled = new CompletableFuture<>();

    Background(Invoices invoices) {
        this.invoices = invoices;
    }

    @Async
    CompletableFuture<String> organization() {
        return CompletableFuture.completedFuture(invoices.organization());
    }

    @Async
    CompletableFuture<Thread> thread() {
        return CompletableFuture.completedFuture(Thread.currentThread());
    }

    @Async
    @Transactional
    CompletableFuture<String> organizationInTransactionOf(@ForTenant UUID organization) {
        return organization();
    }

    @Async("plainExecutor")
    CompletableFuture<String> organizationOnPlainExecutor() {
        return organization();
    }

    @Async("wrappingExecutor")
    CompletableFuture<String> organizationOnWrappingExecutor() {
        return organization();
    }

    @Scheduled(fixedDelay = Long.MAX_VALUE)
    void atOnceAndNeverAgain() {
        scheduled.complete(invoices.organization());
    }

    CompletableFuture<String> organizationOfSchedule() {
        return scheduled;
    }
}
