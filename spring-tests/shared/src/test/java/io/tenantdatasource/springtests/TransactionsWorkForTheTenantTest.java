package io.tenantdatasource.springtests;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantSwitchException;
import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.WithoutTenant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.jdbc.Sql;
import org.springframework.test.context.transaction.AfterTransaction;
import org.springframework.test.context.transaction.BeforeTransaction;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest
@TenantDatabase(schema = InvoicesSchema.class)
@Transactional
@AsTenant("acme")
class TransactionsWorkForTheTenantTest {

    @Autowired
    private Invoices invoices;

    @Autowired
    private TestDatabase database;

    @Autowired
    private PlatformTransactionManager transactionManager;

    private Optional<Tenant> beforeTransaction;

    @BeforeTransaction
    void remember() {
        beforeTransaction = TenantContext.current();
    }

    @AfterTransaction
    void itWasTheSameBeforeTheTransaction() {
        assertThat(TenantContext.current()).isEqualTo(beforeTransaction);
    }

    @AfterTransaction
    void everythingIsRolledBack() {
        assertThat(InvoicesSchema.committedTitles(database)).isEmpty();
    }

    @BeforeEach
    @AfterEach
    void whatIsRunBeforeAndAfterIsInTheTransaction() {
        assertThat(invoices.organization()).isEqualTo(organizationOf(beforeTransaction));
    }

    @Test
    void aTestWorksForTheTenantOfItsClass() {
        invoices.add("anvil");

        assertThat(invoices.titles()).containsExactly("anvil");
        assertThat(invoices.organization()).isEqualTo(ACME.organizationId());
    }

    @Test
    @AsTenant("globex")
    void theMethodsAnnotationWins() {
        assertThat(invoices.organization()).isEqualTo(GLOBEX.organizationId());
        assertThat(beforeTransaction).contains(GLOBEX);
    }

    @Test
    @WithoutTenant
    void aMethodMayBeLeftOut() {
        assertThat(invoices.organization()).isEmpty();
        assertThat(beforeTransaction).isEmpty();
    }

    @RepeatedTest(2)
    @AsTenant("globex")
    void eachRunOfATemplateIsInATransactionOfTheTenant() {
        assertThat(invoices.organization()).isEqualTo(GLOBEX.organizationId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"anvil", "rocket"})
    void eachArgumentIsInATransactionOfTheTenant(String title) {
        invoices.add(title);

        assertThat(invoices.titles()).containsExactly(title);
    }

    @Test
    @Sql("/two-invoices.sql")
    void scriptsRunForTheTenant() {
        assertThat(invoices.titles()).containsExactly("anvil", "rocket");
    }

    @Test
    void theTransactionsConnectionIsOfNoUseForAnother() {
        assertThatThrownBy(() -> Tenants.as(GLOBEX, invoices::titles))
                .hasRootCauseInstanceOf(TenantSwitchException.class)
                .rootCause()
                .hasMessageContaining(ACME.organizationId())
                .hasMessageContaining(GLOBEX.organizationId());
    }

    @Test
    void aTransactionOfItsOwnMayBeForAnother() throws Exception {
        TransactionTemplate own = new TransactionTemplate(transactionManager);
        own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);

        String other = Tenants.as(GLOBEX, () -> own.execute(status -> invoices.organization()));

        assertThat(other).isEqualTo(GLOBEX.organizationId());
        assertThat(invoices.organization()).isEqualTo(ACME.organizationId());
    }

    private static String organizationOf(Optional<Tenant> tenant) {
        return tenant.map(Tenant::organizationId).orElse("");
    }
}
