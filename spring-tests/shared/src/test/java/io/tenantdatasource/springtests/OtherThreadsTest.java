package io.tenantdatasource.springtests;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.WithoutTenant;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
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

    /** On a database of its own: the tests of a class with {@code @TenantDatabase} run one after another. */
    @SpringBootTest
    @Transactional
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    @Execution(ExecutionMode.CONCURRENT)
    @DirtiesContext
    static class Together {

        private static TestDatabase database;

        @DynamicPropertySource
        static void connection(DynamicPropertyRegistry properties) {
            database = TestDatabase.create();
            properties.add("spring.datasource.url", database.application()::getURL);
            properties.add("spring.datasource.username", database.application()::getUser);
            properties.add("spring.datasource.password", database.application()::getPassword);
        }

        @AfterAll
        static void drop() {
            database.close();
        }

        @Autowired
        private Invoices invoices;

        @Test
        @AsTenant("acme")
        @ExtendWith(WaitForAll.class)
        void oneForAcme() {
            assertThat(invoices.organization()).isEqualTo(ACME.organizationId());
        }

        @Test
        @AsTenant("globex")
        @ExtendWith(WaitForAll.class)
        void oneForGlobex() {
            assertThat(invoices.organization()).isEqualTo(GLOBEX.organizationId());
        }

        @Test
        @WithoutTenant
        @ExtendWith(WaitForAll.class)
        void oneForNobody() {
            assertThat(invoices.organization()).isEmpty();
        }
    }

    /** Lets no test begin before the tenants of all are known. */
    static final class WaitForAll implements ExecutionCondition {

        private static final CyclicBarrier ALL = new CyclicBarrier(3);

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            try {
                ALL.await(30, TimeUnit.SECONDS);
                return ConditionEvaluationResult.enabled("all are here");
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException("The tests did not run at the same time", e);
            }
        }
    }

    @SpringBootTest
    @TenantDatabase(schema = InvoicesSchema.class)
    static class OnAThreadOfItsOwn {

        @Test
        @AsTenant("acme")
        @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
        void worksForTheTenantToo(@Autowired Invoices invoices) {
            assertThat(invoices.organization()).isEqualTo(ACME.organizationId());
        }
    }
}
