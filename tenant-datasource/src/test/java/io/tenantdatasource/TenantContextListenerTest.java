package io.tenantdatasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TenantContextListenerTest {

    private static final Tenant ACME = Tenant.of("acme");
    private static final Tenant GLOBEX = Tenant.of("globex");

    private final List<Optional<Tenant>> told = new ArrayList<>();
    private final TenantContextListener listener = told::add;

    @BeforeEach
    void listen() {
        TenantContext.addListener(listener);
    }

    @AfterEach
    void listenNoLonger() {
        TenantContext.removeListener(listener);
    }

    @Test
    void isToldOfEachScopeAndOfWhatItsEndRestores() {
        TenantContext.run(ACME, () -> TenantContext.run(GLOBEX, () -> {}));

        assertThat(told).containsExactly(Optional.of(ACME), Optional.of(GLOBEX), Optional.of(ACME), Optional.empty());
    }

    @Test
    void isToldOnTheThreadThatATaskWasTakenTo() {
        List<Thread> threads = new ArrayList<>();
        TenantContextListener ofThreads = current -> threads.add(Thread.currentThread());
        Runnable noting = () -> threads.add(Thread.currentThread());
        Runnable task = TenantContext.wrap(noting);

        TenantContext.addListener(ofThreads);
        CompletableFuture.runAsync(task).join();
        TenantContext.removeListener(ofThreads);

        assertThat(threads).hasSize(3).containsOnly(threads.get(1)).doesNotContain(Thread.currentThread());
    }

    @Test
    void isToldThatATaskWithoutATenantHasNone() {
        Runnable task = TenantContext.wrap(() -> {});

        TenantContext.run(ACME, task);

        assertThat(told).containsExactly(Optional.of(ACME), Optional.empty(), Optional.of(ACME), Optional.empty());
    }

    @Test
    void isToldOfScopesThatAreClosedOutOfOrder() {
        TenantContext.Scope outer = TenantContext.open(ACME);
        TenantContext.open(GLOBEX);

        assertThatThrownBy(outer::close).isInstanceOf(IllegalStateException.class);

        assertThat(told).containsExactly(Optional.of(ACME), Optional.of(GLOBEX), Optional.empty());
    }

    @Test
    void changesNothingByThrowing() {
        TenantContextListener failing = current -> {
            throw new IllegalStateException("listener");
        };
        TenantContext.addListener(failing);
        try {
            TenantContext.run(ACME, () -> assertThat(TenantContext.current()).contains(ACME));
        } finally {
            TenantContext.removeListener(failing);
        }

        assertThat(TenantContext.current()).isEmpty();
        assertThat(told).containsExactly(Optional.of(ACME), Optional.empty());
    }

    @Test
    void isToldNothingOnceItIsRemoved() {
        TenantContext.removeListener(listener);

        TenantContext.run(ACME, () -> {});

        assertThat(told).isEmpty();
    }
}
