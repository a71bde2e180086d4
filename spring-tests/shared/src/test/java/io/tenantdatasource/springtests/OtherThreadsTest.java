package io.tenantdatasource.springtests;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.WithoutTenant;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.transaction.annotation.Transactional;

class OtherThreadsTest {

    @Test
    void testsOfOneInstanceThatRunAtTheSameTimeHaveTransactionsOfTheirOwnTenants() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Together.class))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "6")
                .execute()
                .testEvents()
                .assertStatistics(events -> events.started(3).succeeded(3));
    }

    @Test
    void aTestWithATimeoutOnAThreadOfItsOwnWorksForTheTenantToo() {
        Runs.of(OnAThreadOfItsOwn.class).assertStatistics(events -> events.succeeded(1));
    }

    /** Each waits for the others, so none can pass unless all run at the same time. */
    @SpringBootTest
    @Transactional
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    @Execution(ExecutionMode.CONCURRENT)
    static class Together {

        private final CyclicBarrier all = new CyclicBarrier(3);

        @Autowired
        private Invoices invoices;

        @Test
        @AsTenant("acme")
        void oneForAcme() throws Exception {
            all.await(30, TimeUnit.SECONDS);
            assertThat(invoices.organization()).isEqualTo(ACME.organizationId());
        }

        @Test
        @AsTenant("globex")
        void oneForGlobex() throws Exception {
            all.await(30, TimeUnit.SECONDS);
            assertThat(invoices.organization()).isEqualTo(GLOBEX.organizationId());
        }

        @Test
        @WithoutTenant
        void oneForNobody() throws Exception {
            all.await(30, TimeUnit.SECONDS);
            assertThat(invoices.organization()).isEmpty();
        }
    }

    @SpringBootTest
    static class OnAThreadOfItsOwn {

        @Test
        @AsTenant("acme")
        @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
        void worksForTheTenantToo(@Autowired Invoices invoices) {
            assertThat(invoices.organization()).isEqualTo(ACME.organizationId());
        }
    }
}
