package io.tenantdatasource.springtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.transaction.annotation.Transactional;

/** JUnit 5.12 tells the arguments to nobody but the test's method, which Spring has begun the transaction before. */
class ArgumentsAreToldTooLateTest {

    @Test
    void aTransactionThatIsNotOfTheArgumentsTenantIsRefused() {
        assertThat(Runs.onlyFailureOf(TakesATenant.class))
                .hasMessageContaining("The transaction around runs has begun before its argument could tell the tenant")
                .hasMessageContaining("JUnit 5.14");
    }

    @SpringBootTest
    @TenantDatabase(schema = InvoicesSchema.class)
    static class TakesATenant {

        @Transactional
        @ParameterizedTest
        @ValueSource(strings = "acme")
        void runs(@AsTenant String organization) {}
    }
}
