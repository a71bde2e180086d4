package io.tenantdatasource.springtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.transaction.annotation.Transactional;

/** A whole class for each organization. */
@SpringBootTest
@TenantDatabase(schema = InvoicesSchema.class)
@Transactional
@ParameterizedClass
@ValueSource(strings = {"acme", "globex"})
class ArgumentsOfClassesTest {

    private final String organization;

    ArgumentsOfClassesTest(@AsTenant String organization) {
        this.organization = organization;
    }

    @Test
    void theTransactionIsOfTheTenantOfTheClass(@Autowired Invoices invoices) {
        assertThat(invoices.organization())
                .isEqualTo(Tenants.named(organization).organizationId());
    }
}
