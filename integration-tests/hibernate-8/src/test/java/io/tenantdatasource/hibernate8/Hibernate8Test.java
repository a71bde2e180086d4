package io.tenantdatasource.hibernate8;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.policy.TablePolicies;
import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.Tenants;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hibernate 8 makes policies for tables with a tenant's column, and sets what they ask for in its own transactions only. */
class Hibernate8Test {

    private static final String ROOT = "select set_config('hibernate.tenant_id_root', 'true', false)";

    private static final DatabaseTemplate TABLES = DatabaseTemplate.of(Invoices::createTables);

    @AutoClose
    private final TestDatabase database = TABLES.copy();

    @BeforeEach
    void grantRights() {
        database.execute("grant select, insert, update, delete on invoices to "
                + database.application().getUser());
    }

    /** What makes Hibernate's policies hold for every library, and outside of its transactions. */
    private TenantDataSource bindingItsSettings(TenantBinding binding) {
        return TenantDataSource.builder(database.application())
                .binding(binding)
                .databaseCheck(false)
                .setting("hibernate.tenant_id", Tenant::organizationId)
                .setting("hibernate.tenant_id_root", tenant -> "false")
                .build();
    }

    private static void addOneEach(Invoices invoices) {
        Tenants.as(ACME, () -> invoices.add("anvil"));
        Tenants.as(GLOBEX, () -> invoices.add("globe"));
    }

    private static List<String> byJdbc(DataSource dataSource, String... before) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : before) {
                statement.execute(sql);
            }
            List<String> titles = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("select title from invoices order by title")) {
                while (rows.next()) {
                    titles.add(rows.getString(1));
                }
            }
            return titles;
        }
    }

    @ParameterizedTest
    @EnumSource
    void itsSessionsWorkForTheTenantOverEitherBinding(TenantBinding binding) throws Exception {
        try (Invoices invoices = Invoices.on(bindingItsSettings(binding))) {
            addOneEach(invoices);

            assertThat(Tenants.as(ACME, invoices::titles)).containsExactly("anvil");
            assertThat(Tenants.as(GLOBEX, invoices::titles)).containsExactly("globe");
            assertThat(Tenants.as(ACME, invoices::titlesByNativeSql)).containsExactly("anvil");
        }
    }

    @ParameterizedTest
    @EnumSource
    void otherLibrariesSeeTheTenantsRowsInAutocommit(TenantBinding binding) throws Exception {
        TenantDataSource dataSource = bindingItsSettings(binding);
        try (Invoices invoices = Invoices.on(dataSource)) {
            addOneEach(invoices);

            assertThat(Tenants.as(ACME, () -> byJdbc(dataSource))).containsExactly("anvil");
            assertThat(Tenants.as(GLOBEX, () -> byJdbc(dataSource))).containsExactly("globe");
            assertThat(byJdbc(dataSource)).as("nobody").isEmpty();
        }
    }

    @Test
    void withoutItsSettingsOtherLibrariesSeeNothing() throws Exception {
        TenantDataSource unaware = TenantDataSource.builder(database.application())
                .databaseCheck(false)
                .build();
        try (Invoices invoices = Invoices.on(unaware)) {
            addOneEach(invoices);

            assertThat(Tenants.as(ACME, invoices::titles))
                    .as("in its transactions")
                    .containsExactly("anvil");
            assertThat(Tenants.as(ACME, () -> byJdbc(unaware))).isEmpty();
        }
    }

    /** Permissive policies add up: beside Hibernate's, ours would show whatever that shows. */
    @Test
    void ourPoliciesRefuseToStandBesideIts() {
        assertThatThrownBy(() -> TablePolicies.ownColumn("invoices").apply(database.owner()))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55000"))
                .hasMessageContaining("hibernate_tenant_isolation");
    }

    /** Whoever can run a statement past us can call itself root; where we bind that setting, only until the next statement. */
    @Test
    void ourPoliciesInPlaceOfItsShowNobodyAllRowsWhateverItsSettingsSay() throws Exception {
        TenantDataSource dataSource = bindingItsSettings(TenantBinding.CHECKOUT);
        try (Invoices invoices = Invoices.on(dataSource)) {
            addOneEach(invoices);
            assertThat(byJdbc(database.application(), ROOT)).containsExactly("anvil", "globe");
            assertThat(Tenants.as(ACME, () -> byJdbc(dataSource, ROOT))).containsExactly("anvil");

            database.execute("drop policy hibernate_tenant_isolation on invoices");
            TablePolicies.ownColumn("invoices").apply(database.owner());
            database.execute("grant authenticated to " + database.application().getUser());

            assertThat(byJdbc(database.application(), ROOT)).isEmpty();
            assertThat(Tenants.as(ACME, () -> byJdbc(dataSource))).containsExactly("anvil");
            assertThat(Tenants.as(GLOBEX, invoices::titles)).containsExactly("globe");
        }
    }
}
