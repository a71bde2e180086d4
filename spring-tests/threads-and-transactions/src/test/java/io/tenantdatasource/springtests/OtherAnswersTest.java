package io.tenantdatasource.springtests;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.MissingTenantException;
import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.transaction.CannotCreateTransactionException;

/** What the two properties change about a tenant that is another one, or missing. */
@SpringBootTest(properties = {"tenant-datasource.on-tenant-switch=keep", "tenant-datasource.on-missing-tenant=fail"})
@TenantDatabase(schema = InvoicesSchema.class)
class OtherAnswersTest {

    @Autowired
    private Transactions transactions;

    @Autowired
    private Invoices invoices;

    @Test
    @AsTenant("acme")
    void aTransactionKeepsItsTenantWhoeverTheCodeWorksFor() throws Exception {
        transactions.required(() ->
                Tenants.as(GLOBEX, () -> assertThat(invoices.organization()).isEqualTo(ACME.organizationId())));
    }

    @Test
    void aTransactionWithoutATenantDoesNotBegin() {
        assertThatThrownBy(() -> transactions.required(invoices::titles))
                .isInstanceOf(CannotCreateTransactionException.class)
                .hasCauseInstanceOf(MissingTenantException.class);
    }

    @Test
    void aQueryWithoutATenantGetsNoConnection() {
        assertThatThrownBy(invoices::titles)
                .isInstanceOf(CannotGetJdbcConnectionException.class)
                .hasCauseInstanceOf(MissingTenantException.class);
    }

    @Test
    void aQueryThatIsTheFirstToConnectIsToldSoAsWell(
            @Autowired DataSource dataSource, @Autowired SQLExceptionTranslator translator) {
        JdbcTemplate jdbc = new JdbcTemplate(new LazyConnectionDataSourceProxy(dataSource));
        jdbc.setExceptionTranslator(translator);

        assertThatThrownBy(() -> jdbc.queryForList("select title from invoices"))
                .isInstanceOf(PermissionDeniedDataAccessException.class)
                .hasMessageContaining("No tenant is set")
                .hasCauseInstanceOf(MissingTenantException.class);
    }
}
