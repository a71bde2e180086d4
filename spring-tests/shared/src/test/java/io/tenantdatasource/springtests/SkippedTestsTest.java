package io.tenantdatasource.springtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.transaction.annotation.Transactional;

class SkippedTestsTest {

    @Test
    void theTestAfterASkippedOneDoesNotRunForItsTenant() {
        Runs.of(SkipsTheFirst.class)
                .assertStatistics(events -> events.skipped(1).succeeded(1));
    }

    @SpringBootTest
    @TenantDatabase(schema = InvoicesSchema.class)
    @Transactional
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    @TestMethodOrder(MethodOrderer.MethodName.class)
    static class SkipsTheFirst {

        @Test
        @AsTenant("acme")
        @ExtendWith(Never.class)
        void aIsSkipped() {}

        @Test
        void bIsForNobody(@Autowired Invoices invoices) {
            assertThat(invoices.organization()).isEmpty();
        }
    }

    static final class Never implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return ConditionEvaluationResult.disabled("as it should");
        }
    }
}
