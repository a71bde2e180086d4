package io.tenantdatasource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Threads of any factory will do, virtual ones too. */
class EachTenantOnVirtualThreadsTest {

    @Test
    void eachTaskRunsForItsTenant() throws Exception {
        List<Tenant> tenants = IntStream.range(0, 500)
                .mapToObj(i -> Tenant.of("organization-" + i))
                .toList();

        EachTenantReport report = EachTenant.of(() -> tenants)
                .parallelism(20)
                .threads(Thread.ofVirtual().factory())
                .run(tenant -> {
                    Thread.sleep(1);
                    assertThat(Thread.currentThread().isVirtual()).isTrue();
                    assertThat(TenantContext.current()).contains(tenant);
                });

        assertThat(report.throwIfFailed().done()).isEqualTo(tenants);
    }
}
