package io.tenantdatasource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Promise 8 on virtual threads: they are threads like any other, however many share a carrier. */
class VirtualThreadsTest {

    @Test
    void startWithNoTenant() throws Exception {
        try (TenantContext.Scope scope = TenantContext.open(Tenant.of("acme"));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(threads.submit(TenantContext::current).get()).isEmpty();
        }
    }

    @Test
    void takeTheSubmittersTenantAlongThroughAWrappedExecutor() throws Exception {
        try (TenantContext.Scope scope = TenantContext.open(Tenant.of("acme"));
                ExecutorService threads = TenantContext.wrap(Executors.newVirtualThreadPerTaskExecutor())) {
            assertThat(threads.submit(TenantContext::current).get()).contains(Tenant.of("acme"));
        }
    }

    @Test
    void keepTheirOwnTenantWhileTheyAreUnmountedAndMountedAgain() throws Exception {
        List<Future<Optional<Tenant>>> seen = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 1_000; i++) {
                Tenant tenant = Tenant.of("organization-" + i);
                seen.add(threads.submit(() -> TenantContext.call(tenant, () -> {
                    LockSupport.parkNanos(1); // gives up the carrier
                    return TenantContext.current();
                })));
            }
        }
        for (int i = 0; i < seen.size(); i++) {
            assertThat(seen.get(i).get()).contains(Tenant.of("organization-" + i));
        }
    }
}
