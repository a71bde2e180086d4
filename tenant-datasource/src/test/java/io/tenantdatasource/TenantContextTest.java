package io.tenantdatasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Promise 8: scopes never leak. */
class TenantContextTest {

    private static final Tenant ACME = Tenant.of("acme");
    private static final Tenant GLOBEX = Tenant.of("globex");

    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    @AfterEach
    void nothingIsLeftBehind() throws Exception {
        assertThat(TenantContext.current()).isEmpty();
        assertThat(thread.submit(TenantContext::current).get()).isEmpty();
        thread.shutdownNow();
    }

    @Test
    void closingRestoresTheFormerTenant() {
        try (TenantContext.Scope outer = TenantContext.open(ACME)) {
            try (TenantContext.Scope inner = TenantContext.open(GLOBEX)) {
                assertThat(TenantContext.current()).contains(GLOBEX);
            }
            assertThat(TenantContext.current()).contains(ACME);
        }
        assertThat(TenantContext.current()).isEmpty();
    }

    @Test
    void aScopeMayBeOfNoTenant() {
        try (TenantContext.Scope outer = TenantContext.open(ACME)) {
            try (TenantContext.Scope inner = TenantContext.openWithoutTenant()) {
                assertThat(TenantContext.current()).isEmpty();
            }
            assertThat(TenantContext.current()).contains(ACME);
        }
    }

    @Test
    void whatWasLeftOpenOnAThreadIsClosedAtOnce() {
        TenantContext.Scope outer = TenantContext.open(ACME);
        TenantContext.openWithoutTenant();

        assertThat(TenantContext.closeLeftOpen())
                .hasValueSatisfying(
                        told -> assertThat(told).hasMessageStartingWith("2 tenant scopes had been left open"));
        assertThat(TenantContext.isOpen()).isFalse();
        assertThat(TenantContext.closeLeftOpen()).isEmpty();

        try (TenantContext.Scope later = TenantContext.open(GLOBEX)) {
            outer.close();
            assertThat(TenantContext.current()).contains(GLOBEX);
        }
    }

    @Test
    void exceptionsRestoreItToo() {
        RuntimeException failure = new IllegalStateException("task");
        assertThatThrownBy(() -> TenantContext.run(ACME, () -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(TenantContext.current()).isEmpty();
        assertThatThrownBy(() -> TenantContext.call(ACME, () -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    @Test
    void runAndCallWorkForTheTenant() throws Exception {
        AtomicReference<Optional<Tenant>> seen = new AtomicReference<>();
        TenantContext.run(ACME, () -> seen.set(TenantContext.current()));
        assertThat(seen.get()).contains(ACME);
        assertThat(TenantContext.call(GLOBEX, TenantContext::current)).contains(GLOBEX);
    }

    @Test
    void closingOutOfOrderThrowsAndClosesWhatWasLeftOpen() {
        try (TenantContext.Scope outermost = TenantContext.open(ACME)) {
            TenantContext.Scope outer = TenantContext.open(GLOBEX);
            TenantContext.Scope inner = TenantContext.open(Tenant.of("initech"));

            assertThatThrownBy(outer::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("out of order")
                    .hasMessageContaining("1 that were opened later");
            assertThat(TenantContext.current()).contains(ACME);

            inner.close();
            outer.close();
            assertThat(TenantContext.current()).contains(ACME);
        }
    }

    @Test
    void aScopeThatATaskLeftOpenDoesNotStayOnItsThread() {
        RuntimeException failure = new IllegalStateException("task");
        assertThatThrownBy(() -> TenantContext.run(ACME, () -> {
                    TenantContext.open(GLOBEX);
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(TenantContext.current()).isEmpty();

        ExecutorService executor = TenantContext.wrap(thread);
        assertThatThrownBy(
                        () -> executor.submit(() -> TenantContext.open(GLOBEX)).get())
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThatCode(() ->
                        assertThat(thread.submit(TenantContext::current).get()).isEmpty())
                .doesNotThrowAnyException();
    }

    @Test
    void closingOnAnotherThreadThrowsAndChangesNothing() {
        try (TenantContext.Scope scope = TenantContext.open(ACME)) {
            assertThatThrownBy(() -> thread.submit(scope::close).get()).hasCauseInstanceOf(IllegalStateException.class);
            assertThat(TenantContext.current()).contains(ACME);
        }
    }

    @Test
    void closingTwiceDoesNothing() {
        try (TenantContext.Scope outer = TenantContext.open(ACME)) {
            TenantContext.Scope inner = TenantContext.open(GLOBEX);
            inner.close();
            inner.close();
            assertThat(TenantContext.current()).contains(ACME);
        }
    }

    @Test
    void newThreadsStartWithNoTenant() throws Exception {
        try (TenantContext.Scope scope = TenantContext.open(ACME)) {
            FutureTask<Optional<Tenant>> seen = new FutureTask<>(TenantContext::current);
            Thread started = new Thread(seen);
            started.start();
            assertThat(seen.get()).isEmpty();
        }
    }

    @Test
    void wrappedTasksTakeTheTenantOfTheirMakingAlong() throws Exception {
        AtomicReference<Optional<Tenant>> seen = new AtomicReference<>();
        Runnable runnable;
        Callable<Optional<Tenant>> callable;
        try (TenantContext.Scope scope = TenantContext.open(ACME)) {
            runnable = TenantContext.wrap(() -> seen.set(TenantContext.current()));
            callable = TenantContext.wrap(TenantContext::current);
        }
        try (TenantContext.Scope scope = TenantContext.open(GLOBEX)) {
            runnable.run();
            assertThat(seen.get()).contains(ACME);
            assertThat(callable.call()).contains(ACME);
            assertThat(TenantContext.current()).contains(GLOBEX);
        }
    }

    @Test
    void tasksWrappedWithoutATenantRunWithNoneWhoeverRunsThem() throws Exception {
        Callable<Optional<Tenant>> task = TenantContext.wrap(TenantContext::current);
        assertThat(TenantContext.call(ACME, task)).isEmpty();
    }

    @Test
    void wrappedExecutorsTakeTheSubmittersTenantAlong() throws Exception {
        ExecutorService executor = TenantContext.wrap(thread);
        try (TenantContext.Scope scope = TenantContext.open(ACME)) {
            Callable<Optional<Tenant>> current = TenantContext::current;
            AtomicReference<Optional<Tenant>> seen = new AtomicReference<>();
            Runnable record = () -> seen.set(TenantContext.current());

            executor.submit(record).get();
            assertThat(seen.getAndSet(null)).contains(ACME);
            assertThat(executor.submit(record, "done").get()).isEqualTo("done");
            assertThat(seen.get()).contains(ACME);
            assertThat(executor.submit(current).get()).contains(ACME);
            assertThat(executor.invokeAny(List.of(current))).contains(ACME);
            assertThat(executor.invokeAny(List.of(current), 10, TimeUnit.SECONDS))
                    .contains(ACME);
            for (Future<Optional<Tenant>> one : executor.invokeAll(List.of(current, current))) {
                assertThat(one.get()).contains(ACME);
            }
            for (Future<Optional<Tenant>> one : executor.invokeAll(List.of(current), 10, TimeUnit.SECONDS)) {
                assertThat(one.get()).contains(ACME);
            }
        }
        assertThat(executor.submit(TenantContext::current).get()).isEmpty();
    }

    @Test
    void wrappedExecutorsSuitCompletableFutures() {
        ExecutorService executor = TenantContext.wrap(thread);
        try (TenantContext.Scope scope = TenantContext.open(ACME)) {
            CompletableFuture<Optional<Tenant>> future = CompletableFuture.supplyAsync(() -> "loaded", executor)
                    .thenApplyAsync(loaded -> TenantContext.current(), executor);
            assertThat(future.join()).contains(ACME);
        }
    }

    @Test
    void wrappedExecutorsEndAsTheirDelegatesDo() throws Exception {
        ExecutorService executor = TenantContext.wrap(thread);
        assertThat(executor.isShutdown()).isFalse();
        assertThat(thread.submit(TenantContext::current).get()).isEmpty();

        ExecutorService other = Executors.newSingleThreadExecutor();
        ExecutorService wrapped = TenantContext.wrap(other);
        wrapped.shutdown();
        assertThat(wrapped.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(other.isTerminated()).isTrue();
        assertThat(wrapped.isTerminated()).isTrue();
        assertThat(wrapped.shutdownNow()).isEmpty();
    }

    @Test
    void aScopeWithoutTenantIsOpenToo() {
        assertThat(TenantContext.isOpen()).isFalse();
        try (var scope = TenantContext.openWithoutTenant()) {
            assertThat(TenantContext.isOpen()).isTrue();
            assertThat(TenantContext.current()).isEmpty();
        }
        assertThat(TenantContext.isOpen()).isFalse();
    }
}
