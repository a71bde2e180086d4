package io.tenantdatasource.examples.testing.plain;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.WithoutTenant;
import io.tenantdatasource.test.assertions.TenantAssertions;
import io.tenantdatasource.test.isolation.IsolationAssert;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TenantDatabase(scripts = "/invoices.sql") // an embedded PostgreSQL; the rows are set back after each test
@AsTenant("acme")
class InvoicesTest {

    private final Invoices invoices;

    InvoicesTest(DataSource dataSource) { // binds to the tenant that a test is annotated with
        invoices = new Invoices(dataSource);
    }

    @BeforeEach
    void writeAnInvoiceOfAcme() throws SQLException {
        Tenants.as(ACME, () -> invoices.add("anvil"));
    }

    @Test
    void seesItsOwn() throws SQLException {
        assertThat(invoices.titles()).containsExactly("anvil");
    }

    @Test
    @AsTenant("globex")
    void seesNoneOfAnother() throws SQLException {
        assertThat(invoices.titles()).isEmpty();
    }

    @Test
    @WithoutTenant
    void seesNothingWithoutATenant() throws SQLException {
        assertThat(invoices.titles()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"globex", "initech"}) // each organization a run
    void eachStartsWithNone(@AsTenant String organization) throws SQLException {
        invoices.add("of " + organization);
        assertThat(invoices.titles()).containsExactly("of " + organization);
    }

    @Test
    void nobodyWritesForAnother(DataSource dataSource) {
        TenantAssertions.assertThat(dataSource)
                .as(GLOBEX)
                .seesNothing("invoices")
                .cannotInsert(
                        "insert into invoices (organization_id, title) values (?::uuid, 'forged')",
                        ACME.organizationId());
    }

    @Test
    void theWholeSchemaIsolates(TestDatabase database) {
        IsolationAssert.assertThat(database).isolates();
    }
}
