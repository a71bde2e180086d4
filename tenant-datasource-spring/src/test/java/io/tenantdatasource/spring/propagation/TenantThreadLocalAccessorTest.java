package io.tenantdatasource.spring.propagation;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.context.ContextExecutorService;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The accessor is found by itself: no test here registers it. */
class TenantThreadLocalAccessorTest {

    private final ContextSnapshotFactory snapshots =
            ContextSnapshotFactory.builder().build();

    private final TenantThreadLocalAccessor accessor = new TenantThreadLocalAccessor();

    @AfterEach
    void nothingIsLeftOnTheThread() {
        assertThat(TenantContext.current()).isEmpty();
        assertThatThrownBy(accessor::restore).hasMessageContaining("nothing to restore");
    }

    @Test
    void aSnapshotTakesTheTenantToAnotherThreadAndLeavesItAsItWas() throws Exception {
        ContextSnapshot snapshot = TenantContext.call(ACME, snapshots::captureAll);

        onAnotherThread(() -> {
            try (ContextSnapshot.Scope scope = snapshot.setThreadLocals()) {
                assertThat(TenantContext.current()).contains(ACME);
            }
            return assertThat(TenantContext.current()).isEmpty();
        });
    }

    @Test
    void restoresTheTenantThatTheOtherThreadHad() throws Exception {
        ContextSnapshot snapshot = TenantContext.call(ACME, snapshots::captureAll);

        TenantContext.run(GLOBEX, () -> {
            try (ContextSnapshot.Scope scope = snapshot.setThreadLocals()) {
                assertThat(TenantContext.current()).contains(ACME);
            }
            assertThat(TenantContext.current()).contains(GLOBEX);
        });
    }

    @Test
    void snapshotsNest() throws Exception {
        ContextSnapshot acme = TenantContext.call(ACME, snapshots::captureAll);
        ContextSnapshot globex = TenantContext.call(GLOBEX, snapshots::captureAll);

        try (ContextSnapshot.Scope outer = acme.setThreadLocals()) {
            try (ContextSnapshot.Scope inner = globex.setThreadLocals()) {
                assertThat(TenantContext.current()).contains(GLOBEX);
            }
            assertThat(TenantContext.current()).contains(ACME);
        }
    }

    @Test
    void aSnapshotThatClearsWhatIsMissingRunsForNobody() {
        ContextSnapshot nobody =
                ContextSnapshotFactory.builder().clearMissing(true).build().captureAll();

        TenantContext.run(ACME, () -> {
            try (ContextSnapshot.Scope scope = nobody.setThreadLocals()) {
                assertThat(TenantContext.current()).isEmpty();
            }
            assertThat(TenantContext.current()).contains(ACME);
        });
    }

    @Test
    void anExecutorTakesTheSubmittersTenant() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        ExecutorService executor = ContextExecutorService.wrap(pool, snapshots::captureAll);
        try {
            Callable<Optional<Tenant>> current = TenantContext::current;

            assertThat(TenantContext.call(ACME, () -> executor.submit(current)).get())
                    .contains(ACME);
            assertThat(executor.submit(current).get()).isEmpty();
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void springsTaskDecoratorTakesIt() throws Exception {
        CompletableFuture<Optional<Tenant>> seen = new CompletableFuture<>();
        ContextPropagatingTaskDecorator decorator = new ContextPropagatingTaskDecorator();

        Runnable task =
                TenantContext.call(ACME, () -> decorator.decorate(() -> seen.complete(TenantContext.current())));
        CompletableFuture.runAsync(task).get();

        assertThat(seen.get()).contains(ACME);
    }

    @Test
    void reactorTakesItFromSchedulerToScheduler() {
        Hooks.enableAutomaticContextPropagation();
        try {
            Mono<Optional<Tenant>> work = Mono.fromCallable(TenantContext::current)
                    .subscribeOn(Schedulers.boundedElastic())
                    .filter(tenant -> tenant.equals(TenantContext.current()))
                    .publishOn(Schedulers.parallel())
                    .filter(tenant -> tenant.equals(TenantContext.current()));

            TenantContext.run(
                    ACME, () -> assertThat(work.block(Duration.ofSeconds(30))).contains(ACME));
            assertThat(work.contextWrite(context -> context.put(TenantThreadLocalAccessor.KEY, GLOBEX))
                            .block(Duration.ofSeconds(30)))
                    .contains(GLOBEX);
            assertThat(work.block(Duration.ofSeconds(30))).isEmpty();
        } finally {
            Hooks.disableAutomaticContextPropagation();
        }
    }

    @Test
    void aScopeThatWasLeftOpenInsideIsClosedAndReported() {
        TenantContext.run(GLOBEX, () -> {
            accessor.setValue(ACME);
            TenantContext.open(ACME.withUser("somebody"));

            assertThatThrownBy(() -> accessor.restore(GLOBEX))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("left open");
            assertThat(TenantContext.current()).contains(GLOBEX);
        });
    }

    @Test
    void aScopeAroundItThatWasClosedInsideIsReported() {
        TenantContext.Scope around = TenantContext.open(GLOBEX);
        accessor.setValue(ACME);
        assertThatThrownBy(around::close).hasMessageContaining("closed out of order");

        assertThatThrownBy(() -> accessor.restore(GLOBEX))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was not restored");
    }

    private static void onAnotherThread(Callable<?> task) throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            executor.submit(task).get();
        } finally {
            executor.shutdownNow();
        }
    }
}
