package io.tenantdatasource.springtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.converter.ConvertWith;
import org.junit.jupiter.params.converter.TypedArgumentConverter;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.transaction.annotation.Transactional;

/** What an argument is converted to is known to nobody but the test's method, which Spring has begun the transaction before. */
class ConvertedArgumentsTest {

    @Test
    void anArgumentThatIsConvertedLaterIsRefused() {
        assertThat(Runs.onlyFailureOf(Converts.class))
                .hasMessageContaining(
                        "The transaction around runs has begun before its argument could tell the tenant");
    }

    @SpringBootTest
    @TenantDatabase(schema = InvoicesSchema.class)
    static class Converts {

        @Transactional
        @ParameterizedTest
        @ValueSource(strings = "acme")
        void runs(@AsTenant @ConvertWith(ToTenant.class) Tenant tenant) {}

        @ParameterizedTest
        @ValueSource(strings = "acme")
        void runsWithoutTransaction(
                @AsTenant @ConvertWith(ToTenant.class) Tenant tenant, @Autowired Invoices invoices) {
            assertThat(invoices.organization()).isEqualTo(tenant.organizationId());
        }
    }

    static final class ToTenant extends TypedArgumentConverter<String, Tenant> {

        ToTenant() {
            super(String.class, Tenant.class);
        }

        @Override
        protected Tenant convert(String name) {
            return Tenants.named(name);
        }
    }
}
