package io.tenantdatasource.springtests.libraries;

import static io.tenantdatasource.springtests.libraries.BooksSchema.ANVILS;
import static io.tenantdatasource.springtests.libraries.BooksSchema.LASERS;
import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantSwitchException;
import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.Tenants;
import io.tenantdatasource.test.WithoutTenant;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What holds for all libraries, through each of them. */
@BooksTest
@AsTenant("acme")
class EachLibraryWorksForTheTenantTest {

    private final ApplicationContext application;
    private final TransactionTemplate transaction;

    EachLibraryWorksForTheTenantTest(
            @Autowired ApplicationContext application, @Autowired PlatformTransactionManager transactions) {
        this.application = application;
        this.transaction = new TransactionTemplate(transactions);
    }

    @EachLibrary
    void readsOnlyTheTenantsRows(Class<? extends Library> type) {
        assertThat(library(type).titles()).containsExactly("anvils", "rockets");
        assertThat(library(type).title(ANVILS)).contains("anvils");
    }

    @EachLibrary
    void writesForTheTenant(Class<? extends Library> type) throws Exception {
        library(type).add("tunnels");

        assertThat(library(type).titles()).containsExactly("anvils", "rockets", "tunnels");
        assertThat(Tenants.as(GLOBEX, library(type)::titles)).containsExactly("lasers");
    }

    @EachLibrary
    void neitherReadsNorChangesARowOfAnotherByItsId(Class<? extends Library> type) throws Exception {
        assertThat(library(type).title(LASERS)).isEmpty();
        assertThat(library(type).rename(LASERS, "stolen")).isZero();
        assertThat(library(type).delete(LASERS)).isZero();

        assertThat(Tenants.as(GLOBEX, () -> library(type).title(LASERS))).contains("lasers");
        assertThat(library(type).rename(ANVILS, "hammers")).isOne();
    }

    @EachLibrary
    void worksForOneTenantAfterTheOtherOverOneConnection(Class<? extends Library> type, @Autowired JdbcTemplate jdbc)
            throws Exception {
        Integer session = jdbc.queryForObject("select pg_backend_pid()", Integer.class);

        assertThat(Tenants.as(GLOBEX, library(type)::titles)).containsExactly("lasers");
        assertThat(Tenants.as(ACME, library(type)::titles)).containsExactly("anvils", "rockets");
        assertThat(Tenants.as(GLOBEX, library(type)::titles)).containsExactly("lasers");
        assertThat(jdbc.queryForObject("select pg_backend_pid()", Integer.class))
                .isEqualTo(session);
    }

    @EachLibrary
    void joinsTheTransactionOfTheTenant(Class<? extends Library> type) {
        transaction.executeWithoutResult(status -> {
            library(type).add("tunnels");
            assertThat(library(type).titles()).endsWith("tunnels");
            status.setRollbackOnly();
        });

        assertThat(library(type).titles()).containsExactly("anvils", "rockets");
    }

    @EachLibrary
    void refusesAnotherTenantInATransaction(Class<? extends Library> type) {
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    library(type).title(ANVILS);
                    TenantContext.run(GLOBEX, library(type)::titles);
                }))
                .hasRootCauseInstanceOf(TenantSwitchException.class);
    }

    @EachLibrary
    @WithoutTenant
    void seesNothingWithoutATenant(Class<? extends Library> type) {
        assertThat(library(type).titles()).isEmpty();
        assertThatThrownBy(() -> library(type).add("nobody's")).hasStackTraceContaining("row-level security policy");
    }

    private Library library(Class<? extends Library> type) {
        return application.getBean(type);
    }
}
