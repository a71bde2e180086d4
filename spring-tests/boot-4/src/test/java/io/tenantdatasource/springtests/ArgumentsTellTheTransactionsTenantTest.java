package io.tenantdatasource.springtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.transaction.annotation.Transactional;

/** From 5.14 on JUnit tells the arguments before Spring begins the transaction. */
@SpringBootTest
@TenantDatabase(schema = InvoicesSchema.class)
@Transactional
class ArgumentsTellTheTransactionsTenantTest {

    static final List<Tenant> TENANTS = List.of(Tenants.ACME, Tenants.GLOBEX.withUser(Tenants.user("anna")));

    @Autowired
    private Invoices invoices;

    private String before;

    @BeforeEach
    void remember() {
        before = invoices.organization();
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme", "globex"})
    void theTransactionIsOfTheArgumentsTenant(@AsTenant String organization) {
        assertThat(invoices.organization())
                .isEqualTo(Tenants.named(organization).organizationId())
                .isEqualTo(before);
    }

    @ParameterizedTest
    @FieldSource("TENANTS")
    void theArgumentMayBeATenant(@AsTenant Tenant tenant) {
        assertThat(invoices.organization()).isEqualTo(tenant.organizationId());
    }
}
