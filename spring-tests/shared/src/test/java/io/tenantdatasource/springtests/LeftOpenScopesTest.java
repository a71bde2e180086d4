package io.tenantdatasource.springtests;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.transaction.AfterTransaction;
import org.springframework.test.context.transaction.BeforeTransaction;
import org.springframework.transaction.annotation.Transactional;

/** What is said of tests that leave a scope open, and that the next test knows nothing of it. */
class LeftOpenScopesTest {

    @ParameterizedTest
    @ValueSource(classes = {InATransaction.class, WithoutAnnotation.class, BeforeTheTransaction.class})
    void aTestThatLeavesAScopeOpenFailsAndIsToldWhereItWasOpened(Class<?> tests) {
        Throwable failure = Runs.onlyFailureOf(tests);

        assertThat(failure).isInstanceOf(IllegalStateException.class).hasMessageContaining("left open");
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0].getStackTrace())
                .anySatisfy(frame -> assertThat(frame.getMethodName()).startsWith("leavesOneOpen"));
        assertThat(TenantContext.current()).isEmpty();
    }

    @SpringBootTest
    @TenantDatabase(schema = InvoicesSchema.class)
    @Transactional
    @AsTenant("acme")
    @TestMethodOrder(MethodOrderer.MethodName.class)
    static class InATransaction {

        @Autowired
        private Invoices invoices;

        @Test
        void leavesOneOpen() {
            invoices.add("anvil");
            TenantContext.open(GLOBEX);
        }

        @AfterTransaction
        void isRolledBack(@Autowired TestDatabase database) {
            assertThat(InvoicesSchema.committedTitles(database)).isEmpty();
        }

        @Test
        void staysClean() {
            assertThat(TenantContext.current()).contains(ACME);
            assertThat(invoices.organization()).isEqualTo(ACME.organizationId());
            assertThat(invoices.titles()).isEmpty();
        }
    }

    @SpringBootTest
    @TenantDatabase(schema = InvoicesSchema.class)
    @TestMethodOrder(MethodOrderer.MethodName.class)
    static class WithoutAnnotation {

        @Test
        void leavesOneOpen() {
            TenantContext.open(GLOBEX);
        }

        @Test
        void staysClean() {
            assertThat(TenantContext.current()).isEmpty();
        }
    }

    @SpringBootTest
    @TenantDatabase(schema = InvoicesSchema.class)
    @Transactional
    @AsTenant("acme")
    static class BeforeTheTransaction {

        @BeforeTransaction
        void leavesOneOpenBeforeTheTransaction() {
            TenantContext.open(ACME);
        }

        @Test
        void runs(@Autowired Invoices invoices) {
            invoices.add("anvil");
        }

        @AfterTransaction
        void isRolledBack(@Autowired TestDatabase database) {
            assertThat(InvoicesSchema.committedTitles(database)).isEmpty();
        }
    }
}
