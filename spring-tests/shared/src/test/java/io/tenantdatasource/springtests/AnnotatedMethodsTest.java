package io.tenantdatasource.springtests;

import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.transaction.annotation.Transactional;

/** Where nothing stands on the class, and one instance runs all tests. */
@SpringBootTest
@TenantDatabase(schema = InvoicesSchema.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnnotatedMethodsTest {

    @Autowired
    private Invoices invoices;

    @Test
    @Transactional
    @AsTenant("acme")
    void aMethodsTransactionIsOfItsTenant() {
        assertThat(invoices.organization()).isEqualTo(ACME.organizationId());
    }

    @Test
    @Transactional
    void aTransactionWithoutAnnotationIsOfNoTenant() {
        assertThat(invoices.organization()).isEmpty();
    }

    @Test
    @AsTenant("acme")
    void aTestWithoutTransactionWorksForItsTenant() {
        assertThat(invoices.organization()).isEqualTo(ACME.organizationId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme", "globex"})
    void anArgumentTellsTheTenantWhereThereIsNoTransaction(@AsTenant String organization) {
        Optional<Tenant> tenant = TenantContext.current();

        assertThat(invoices.organization()).isEqualTo(tenant.orElseThrow().organizationId());
    }
}
