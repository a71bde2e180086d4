package io.tenantdatasource.springtests;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.WithoutTenant;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.transaction.annotation.Transactional;

@SpringBootTest
@Transactional
@AsTenant("acme")
class NestedClassesTest extends InheritedTests {

    @Autowired
    private Invoices invoices;

    @Nested
    class WithoutAnnotation {

        @Test
        void theOuterClassHolds() {
            assertThat(invoices.organization()).isEqualTo(ACME.organizationId());
        }
    }

    @Nested
    @AsTenant("globex")
    class WithAnotherTenant {

        @Test
        void theInnerAnnotationWins() {
            assertThat(invoices.organization()).isEqualTo(GLOBEX.organizationId());
        }
    }

    @Nested
    @WithoutTenant
    class WithoutTenants {

        @Test
        void thereIsNone() {
            assertThat(invoices.organization()).isEmpty();
        }
    }
}

/** Tests that several classes have; only the one that inherits them says for whom they run. */
@SpringBootTest
@TenantDatabase(schema = InvoicesSchema.class)
@Transactional
abstract class InheritedTests {

    @Nested
    class OfTheSuperclass {

        @Test
        void theClassThatInheritsThemHolds(@Autowired Invoices invoices) {
            assertThat(invoices.organization()).isEqualTo(ACME.organizationId());
        }
    }
}
