package io.tenantdatasource.springtests;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.WithoutTenant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.context.WebApplicationContext;

/** Requests of MockMvc run on the thread of the test. */
@SpringBootTest
@TenantDatabase(schema = InvoicesSchema.class)
@AsTenant("acme")
class MockMvcTest {

    @Autowired
    private TestDatabase database;

    private MockMvcTester mvc;

    @BeforeEach
    void start(@Autowired WebApplicationContext context) {
        mvc = MockMvcTester.from(context);
    }

    @Test
    void aRequestIsOfTheTenantOfItsTest() throws Exception {
        assertThat(mvc.post().uri("/invoices").content("anvil")).hasStatus(HttpStatus.OK);

        assertThat(mvc.get().uri("/invoices")).hasStatusOk().bodyText().isEqualTo("[\"anvil\"]");
        Tenants.as(
                GLOBEX,
                () -> assertThat(mvc.get().uri("/invoices"))
                        .hasStatusOk()
                        .bodyText()
                        .isEqualTo("[]"));
    }

    @Test
    @Transactional
    void aRequestJoinsTheTestsTransaction() {
        assertThat(mvc.post().uri("/invoices").content("anvil")).hasStatus(HttpStatus.OK);

        assertThat(mvc.get().uri("/invoices")).bodyText().isEqualTo("[\"anvil\"]");
        assertThat(InvoicesSchema.committedTitles(database)).isEmpty();
    }

    @Test
    @WithoutTenant
    void aRequestOfNoTenantSeesNothing() throws Exception {
        Tenants.as(ACME, () -> mvc.post().uri("/invoices").content("anvil").exchange());

        assertThat(mvc.get().uri("/invoices")).bodyText().isEqualTo("[]");
        assertThat(InvoicesSchema.committedTitles(database)).containsExactly("anvil");
    }

    @Test
    void anApplicationThatSetsTheTenantHasTheLastWord() {
        assertThat(mvc.get().uri("/of/globex/organization")).bodyText().isEqualTo(GLOBEX.organizationId());
        assertThat(mvc.get().uri("/organization")).bodyText().isEqualTo(ACME.organizationId());
    }
}
