package io.tenantdatasource.springtests;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantSwitchException;
import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** For whom code in Spring's transactions works. Holds for both bindings. */
@TenantDatabase(schema = InvoicesSchema.class)
@AsTenant("acme")
abstract class TransactionsTest {

    private static final UUID GLOBEX_ID = UUID.fromString(GLOBEX.organizationId());

    @Autowired
    private Transactions transactions;

    @Autowired
    private Invoices invoices;

    @Autowired
    private DataSource dataSource;

    @Autowired
    private PlatformTransactionManager transactionManager;

    @Autowired
    private ApplicationEventPublisher events;

    @Autowired
    private TestDatabase database;

    @AfterEach
    void noConnectionInThePoolBelongsToAnyone() throws SQLException {
        HikariDataSource pool = dataSource.unwrap(HikariDataSource.class);
        assertThat(new JdbcTemplate(pool).queryForObject(Invoices.ORGANIZATION, String.class))
                .isEmpty();
    }

    @Test
    void aStatementForAnotherTenantIsRefusedWithTheTwoPlacesInItsMessage() throws Exception {
        transactions.required(() -> {
            PermissionDeniedDataAccessException refusal = catchThrowableOfType(
                    PermissionDeniedDataAccessException.class, () -> Tenants.as(GLOBEX, invoices::titles));

            assertThat(refusal.getMessage())
                    .contains("checked out for organization " + ACME.organizationId() + " in the transaction "
                            + Transactions.class.getName() + ".required, but")
                    .containsPattern("now works for organization " + GLOBEX.organizationId() + " at "
                            + Invoices.class.getName() + "\\.titles\\(Invoices\\.java:\\d+\\)");
            assertThat(refusal).hasCauseInstanceOf(TenantSwitchException.class);
        });
    }

    @Test
    void theTransactionGoesOnForItsTenantIfTheRefusalIsCaught() throws Exception {
        transactions.required(() -> {
            invoices.add("before");
            assertThatThrownBy(() -> Tenants.as(GLOBEX, () -> invoices.add("foreign")))
                    .isInstanceOf(DataAccessException.class);
            invoices.add("after");
        });

        assertThat(committed()).containsExactly("before", "after");
        assertThat(invoices.titles()).containsExactly("before", "after");
    }

    @Test
    void theTransactionIsRolledBackIfTheRefusalIsNotCaught() {
        assertThatThrownBy(() -> transactions.required(() -> {
                    invoices.add("before");
                    Tenants.as(GLOBEX, () -> invoices.add("foreign"));
                }))
                .isInstanceOf(DataAccessException.class);

        assertThat(committed()).isEmpty();
    }

    @Test
    void anotherTenantsMethodThatJoinsTheTransactionIsRefusedAndRollsAllOfItBack() {
        assertThatThrownBy(() -> transactions.required(() -> {
                    invoices.add("before");
                    assertThatThrownBy(() -> transactions.forTenant(GLOBEX_ID, () -> invoices.add("foreign")))
                            .hasRootCauseInstanceOf(TenantSwitchException.class);
                }))
                .isInstanceOf(UnexpectedRollbackException.class);

        assertThat(committed()).isEmpty();
    }

    @Test
    void aTransactionOfItsOwnMayBeForAnotherTenant() throws Exception {
        transactions.required(() -> {
            invoices.add("of acme");
            int session = invoices.session();

            Tenants.as(
                    GLOBEX,
                    () -> transactions.requiresNew(() -> {
                        invoices.add("of globex");
                        assertThat(invoices.titles()).containsExactly("of globex");
                        assertThat(invoices.session()).isNotEqualTo(session);
                    }));

            assertThat(invoices.titles()).containsExactly("of acme");
            assertThat(invoices.session()).isEqualTo(session);
        });

        assertThat(invoices.titles()).containsExactly("of acme");
        Tenants.as(GLOBEX, () -> assertThat(invoices.titles()).containsExactly("of globex"));
    }

    @Test
    void eachOfTheTwoIsRolledBackByItself() {
        assertThatThrownBy(() -> transactions.required(() -> {
                    invoices.add("of acme");
                    transactions.requiresNewForTenant(GLOBEX_ID, () -> invoices.add("of globex"));
                    throw new IllegalStateException("as it should");
                }))
                .hasMessage("as it should");

        assertThat(committed()).containsExactly("of globex");
    }

    @Test
    void aParameterTellsTheTenantBeforeTheTransactionBegins() throws Exception {
        transactions.forTenant(GLOBEX_ID, () -> {
            assertThat(invoices.organization()).isEqualTo(GLOBEX.organizationId());
            invoices.add("of globex");
        });

        assertThat(committed()).containsExactly("of globex");
        assertThat(invoices.titles()).isEmpty();
    }

    @Test
    void aSavepointAndItsRollbackKeepTheTenant() throws Exception {
        transactions.required(() -> {
            invoices.add("kept");
            assertThatThrownBy(() -> transactions.nested(() -> {
                        assertThat(invoices.organization()).isEqualTo(ACME.organizationId());
                        invoices.add("undone");
                        throw new IllegalStateException("as it should");
                    }))
                    .hasMessage("as it should");
            assertThat(invoices.organization()).isEqualTo(ACME.organizationId());
            assertThat(invoices.titles()).containsExactly("kept");
        });

        assertThat(committed()).containsExactly("kept");
    }

    @Test
    void aSavepointDoesNotMakeRoomForAnotherTenant() throws Exception {
        transactions.required(() -> assertThatThrownBy(
                        () -> Tenants.as(GLOBEX, () -> transactions.nested(() -> invoices.add("foreign"))))
                .hasRootCauseInstanceOf(TenantSwitchException.class));
    }

    @Test
    void aReadOnlyTransactionSeesWhatIsItsTenants() throws Exception {
        invoices.add("of acme");
        Tenants.as(GLOBEX, () -> invoices.add("of globex"));

        transactions.readOnly(() -> {
            assertThat(invoices.titles()).containsExactly("of acme");
            assertThatThrownBy(() -> invoices.add("another")).hasMessageContaining("read-only transaction");
        });
        Tenants.as(
                GLOBEX,
                () -> transactions.readOnly(() -> assertThat(invoices.titles()).containsExactly("of globex")));

        invoices.add("another, as the connection is not read-only any more");
    }

    @Test
    void aTransactionHasTheIsolationThatItAskedFor() throws Exception {
        invoices.add("of acme");

        transactions.serializable(() -> {
            assertThat(invoices.titles()).containsExactly("of acme");
            assertThat(new JdbcTemplate(dataSource).queryForObject("show transaction_isolation", String.class))
                    .isEqualTo("serializable");
        });

        transactions.required(() -> assertThat(
                        new JdbcTemplate(dataSource).queryForObject("show transaction_isolation", String.class))
                .isEqualTo("read committed"));
    }

    @Test
    void aTransactionThatTimesOutLeavesItsConnectionClean() throws Exception {
        assertThatThrownBy(() ->
                        transactions.ofOneSecond(() -> new JdbcTemplate(dataSource).execute("select pg_sleep(20)")))
                .isInstanceOf(DataAccessException.class);

        Tenants.as(GLOBEX, () -> assertThat(invoices.organization()).isEqualTo(GLOBEX.organizationId()));
    }

    @Test
    void rollbackRulesDecideAsWithoutUs() {
        assertThatThrownBy(() -> transactions.withRollbackRules(() -> {
                    invoices.add("committed");
                    throw new IllegalStateException("no reason to roll back");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> transactions.withRollbackRules(() -> {
                    invoices.add("rolled back");
                    throw new IOException("a reason to roll back");
                }))
                .isInstanceOf(IOException.class);

        assertThat(committed()).containsExactly("committed");
        assertThat(invoices.organization()).isEqualTo(ACME.organizationId());
    }

    @Test
    void theLineThatBeganATransactionWithATemplateIsNamed() {
        TransactionTemplate template = new TransactionTemplate(transactionManager);

        assertThatThrownBy(() -> template.executeWithoutResult(
                        status -> TenantContext.run(GLOBEX, () -> invoices.add("foreign"))))
                .rootCause()
                .isInstanceOf(TenantSwitchException.class)
                .message()
                .containsPattern(" in the transaction begun at " + TransactionsTest.class.getName()
                        + "\\..*\\(TransactionsTest\\.java:\\d+\\), but");
        assertThat(committed()).isEmpty();
    }

    @Test
    void aTransactionWithATemplateWorksForTheTenantThatItWasBegunFor() throws Exception {
        TransactionTemplate template = new TransactionTemplate(transactionManager);

        String organization = TenantContext.call(GLOBEX, () -> template.execute(status -> invoices.organization()));

        assertThat(organization).isEqualTo(GLOBEX.organizationId());
    }

    @Test
    void listenersAfterTheCommitWorkForTheTenantThatCommits() throws Exception {
        Tenants.as(
                GLOBEX,
                () -> transactions.required(() -> {
                    invoices.add("anvil");
                    events.publishEvent(new InvoiceEvents.Added("anvil"));
                }));

        Tenants.as(GLOBEX, () -> assertThat(invoices.titles()).containsExactly("anvil", "reminder of anvil"));
        assertThat(invoices.titles()).isEmpty();
    }

    @Test
    void synchronizationsSeeTheTenantOfTheirTransactionToItsEnd() throws Exception {
        List<String> seen = new ArrayList<>();
        TransactionSynchronization synchronization = new TransactionSynchronization() {
            @Override
            public void beforeCommit(boolean readOnly) {
                seen.add(invoices.organization());
            }

            @Override
            public void afterCommit() {
                seen.add(invoices.organization());
            }

            @Override
            public void afterCompletion(int status) {
                seen.add(invoices.organization());
            }
        };

        transactions.required(() -> TransactionSynchronizationManager.registerSynchronization(synchronization));

        assertThat(seen).hasSize(3).containsOnly(ACME.organizationId());
    }

    @Test
    void onePhysicalConnectionServesOneTenantAfterTheOther() throws Exception {
        List<Integer> sessions = new ArrayList<>();
        int before = limitPool(1);
        try {
            for (int i = 0; i < 3; i++) {
                transactions.required(() -> {
                    invoices.add("of acme");
                    sessions.add(invoices.session());
                });
                transactions.forTenant(GLOBEX_ID, () -> {
                    assertThat(invoices.titles()).isEmpty();
                    sessions.add(invoices.session());
                });
            }
        } finally {
            limitPool(before);
        }

        assertThat(sessions).hasSize(6).containsOnly(sessions.get(0));
        assertThat(invoices.titles()).hasSize(3);
    }

    /** Leaves one connection of those that are open, and returns what the limit was. */
    private int limitPool(int size) throws SQLException {
        HikariDataSource pool = dataSource.unwrap(HikariDataSource.class);
        int before = pool.getMaximumPoolSize();
        pool.getHikariPoolMXBean().softEvictConnections();
        pool.getHikariConfigMXBean().setMinimumIdle(size);
        pool.getHikariConfigMXBean().setMaximumPoolSize(size);
        return before;
    }

    private List<String> committed() {
        return InvoicesSchema.committedTitles(database);
    }
}
