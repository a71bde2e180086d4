package io.tenantdatasource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

/** Executors can be closed since JDK 19; a wrapped one closes as its delegate does. */
class ClosingExecutorsTest {

    @Test
    void closesItsDelegate() {
        ExecutorService delegate = Executors.newSingleThreadExecutor();
        TenantContext.wrap(delegate).close();
        assertThat(delegate.isTerminated()).isTrue();
    }

    @Test
    void doesNotWaitForTheCommonPoolWhichNeverEnds() throws Exception {
        ExecutorService wrapped = TenantContext.wrap(ForkJoinPool.commonPool());
        wrapped.close();
        assertThat(wrapped.submit(TenantContext::current).get()).isEmpty();
    }
}
