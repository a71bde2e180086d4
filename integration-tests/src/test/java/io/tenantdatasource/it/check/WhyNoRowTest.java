package io.tenantdatasource.it.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.check.RowAnswer;
import io.tenantdatasource.check.RowAnswer.Verdict;
import io.tenantdatasource.check.WhyNoRow;
import io.tenantdatasource.policy.TablePolicies;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** An empty answer is explained: absent or hidden, by which policy, for which value of which setting. */
class WhyNoRowTest {

    private static final Tenant ACME = Tenant.of(UUID.fromString("ac3e0000-0000-4000-8000-000000000001"));
    private static final Tenant GLOBEX = Tenant.of(UUID.fromString("610be000-0000-4000-8000-000000000002"));
    private static final UUID CLERK = UUID.fromString("c1e4c000-0000-4000-8000-000000000003");

    /** Roles belong to the whole server. */
    private static final String MAINTENANCE =
            "maintenance_" + UUID.randomUUID().toString().replace("-", "");

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    private static TenantDataSource application;

    @BeforeAll
    static void protectInvoices() throws SQLException {
        DATABASE.execute("""
                create table invoices (number integer primary key, organization_id uuid not null, clerk_id uuid, title text);
                insert into invoices values
                  (1, '%s', null, 'acme''s secret'), (2, '%s', '%s', 'globex''s secret')
                """.formatted(ACME.organizationId(), GLOBEX.organizationId(), CLERK));
        TablePolicies.ownColumn("invoices")
                .userColumn("clerk_id")
                .maintenanceRole(MAINTENANCE)
                .apply(DATABASE.administrator());
        DATABASE.execute("grant select on invoices to authenticated");
        application = bound(DATABASE.application());
    }

    @AfterAll
    static void dropRole() {
        DATABASE.execute("drop owned by " + MAINTENANCE + "; drop role " + MAINTENANCE);
    }

    private static TenantDataSource bound(PGSimpleDataSource user) {
        return TenantDataSource.builder(user).databaseCheck(false).build();
    }

    private static PGSimpleDataSource member() {
        PGSimpleDataSource member = DATABASE.createUser("diagnosing");
        DATABASE.execute("grant " + MAINTENANCE + " to " + member.getUser());
        return member;
    }

    private static WhyNoRow invoice(int number) {
        return WhyNoRow.in("invoices").where("number = ?", number);
    }

    private static RowAnswer asked(Tenant tenant, WhyNoRow question) throws SQLException {
        try (var scope = TenantContext.open(tenant)) {
            return question.ask(application);
        }
    }

    @Test
    void withoutADiagnosingRoleItCannotBeToldFromAnAbsentOne() throws SQLException {
        RowAnswer hidden = asked(ACME, invoice(2));

        assertThat(hidden.verdict()).isEqualTo(Verdict.NOT_SHOWN);
        assertThat(hidden).isEqualTo(asked(ACME, invoice(3)));
        assertThat(hidden.toString())
                .contains("policy tenant_select_policy shows rows of which is true: ")
                .contains("app.organization_id is '" + ACME.organizationId() + "'")
                .contains("app.user_id is empty");
    }

    @ParameterizedTest
    @EnumSource
    void aHiddenRowIsToldFromAnAbsentOneByADiagnosingRole(TenantBinding binding) throws SQLException {
        PGSimpleDataSource member = member();
        try (var scope = TenantContext.open(ACME);
                TenantDataSource bound = TenantDataSource.builder(DATABASE.application())
                        .binding(binding)
                        .databaseCheck(false)
                        .build()) {
            RowAnswer hidden = invoice(2).diagnosing(member).ask(bound);

            assertThat(hidden.verdict()).isEqualTo(Verdict.HIDDEN);
            assertThat(hidden.reasons())
                    .contains(
                            "policy tenant_select_policy hides 1 of 1", "policy tenant_own_policy hides none of them");
            assertThat(hidden.toString())
                    .as("nothing of the row")
                    .doesNotContain("secret", GLOBEX.organizationId(), CLERK.toString());
            assertThat(invoice(3).diagnosing(member).ask(bound).verdict()).isEqualTo(Verdict.ABSENT);
        }
    }

    @Test
    void aSuperuserDiagnosesAsWell() throws SQLException {
        assertThat(asked(ACME, invoice(2).diagnosing(DATABASE.administrator())).verdict())
                .isEqualTo(Verdict.HIDDEN);
    }

    @Test
    void whoeverIsBoundCannotDiagnose() throws SQLException {
        RowAnswer answer = asked(ACME, invoice(2).diagnosing(DATABASE.application()));

        assertThat(answer.verdict()).isEqualTo(Verdict.NOT_SHOWN);
        assertThat(answer.reasons())
                .contains(
                        "the diagnosing role is bound by policies itself: let it be a member of the maintenance role, and of none that works for tenants");
    }

    @Test
    void aSuperuserWhoHasAssumedTheMaintenanceRoleIsBoundByIt() throws SQLException {
        PGSimpleDataSource assumed = DATABASE.administrator();
        assumed.setOptions("-c role=" + MAINTENANCE);

        assertThat(asked(ACME, invoice(2).diagnosing(assumed)).verdict()).isEqualTo(Verdict.NOT_SHOWN);
    }

    @Test
    void theTableThatTheAskersPathFindsIsDiagnosed() throws SQLException {
        DATABASE.execute("create schema billing; create table billing.invoices (number integer primary key)");
        try {
            PGSimpleDataSource elsewhere = DATABASE.administrator();
            elsewhere.setCurrentSchema("billing,public");
            assertThat(asked(ACME, invoice(2).diagnosing(elsewhere)).verdict()).isEqualTo(Verdict.HIDDEN);
        } finally {
            DATABASE.execute("drop schema billing cascade");
        }
    }

    @Test
    void aLockOfWhoAsksIsNotWaitedForForEver() throws SQLException {
        PGSimpleDataSource owner = DATABASE.createUser("owner");
        DATABASE.execute("create table locked (id int); alter table locked owner to " + owner.getUser()
                + "; alter table locked enable row level security, force row level security");
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("alter table locked add column note text");

            RowAnswer answer =
                    WhyNoRow.in("locked").diagnosing(DATABASE.administrator()).ask(connection);
            assertThat(answer.verdict()).isEqualTo(Verdict.NOT_SHOWN);
            assertThat(answer.toString()).contains("waited in vain for a lock");
        } finally {
            DATABASE.execute("drop table locked");
        }
    }

    @Test
    void aRowThatTheTransactionItselfHasDeletedIsNotCalledHidden() throws SQLException {
        DATABASE.execute("grant delete on invoices to authenticated");
        try (var scope = TenantContext.open(ACME);
                Connection connection = application.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("delete from invoices where number = 1");

            RowAnswer answer = invoice(1).diagnosing(member()).ask(connection);
            assertThat(answer.verdict()).isEqualTo(Verdict.NOT_SHOWN);
            assertThat(answer.toString()).contains("1 of 1 are shown by the policies");
        }
    }

    @Test
    void aRestrictivePolicyIsNamed() throws SQLException {
        assertThat(asked(GLOBEX.withUser(UUID.randomUUID()), invoice(2).diagnosing(member()))
                        .reasons())
                .contains("policy tenant_select_policy hides none of them", "policy tenant_own_policy hides 1 of 1");
    }

    @Test
    void aPolicyMayHaveAQuestionMarkInAnOperator() throws SQLException {
        DATABASE.execute("""
                create table labelled (id integer, labels jsonb);
                insert into labelled values (1, '["a"]'), (2, '["b?"]');
                alter table labelled enable row level security;
                create policy labelled_policy on labelled to authenticated using (labels ? 'b?');
                grant select on labelled to authenticated""");

        RowAnswer answer =
                asked(ACME, WhyNoRow.in("labelled").where("id = ?", 1).diagnosing(DATABASE.administrator()));

        assertThat(answer.verdict()).isEqualTo(Verdict.HIDDEN);
        assertThat(answer.reasons()).contains("policy labelled_policy hides 1 of 1");
    }

    @Test
    void aRowThatIsShownIsShown() throws SQLException {
        assertThat(asked(ACME, invoice(1)).verdict()).isEqualTo(Verdict.SHOWN);
    }

    @Test
    void aMissingTenantIsTold() throws SQLException {
        assertThat(invoice(1).ask(application).reasons())
                .contains(
                        "app.organization_id is empty: the connection was checked out while no tenant, or no user, was set");
    }

    @Test
    void aForgottenMembershipIsTold() throws SQLException {
        PGSimpleDataSource forgotten = DATABASE.createUser("forgotten");
        DATABASE.execute("grant select on invoices to " + forgotten.getUser());
        try (var scope = TenantContext.open(ACME);
                TenantDataSource bound = bound(forgotten)) {
            assertThat(invoice(1).ask(bound).reasons())
                    .contains("none of its policies is for " + forgotten.getUser()
                            + ", who so sees no row at all: they are for authenticated, so grant that to "
                            + forgotten.getUser());
        }
    }

    @Test
    void aMissingRightIsTold() throws SQLException {
        PGSimpleDataSource stranger = DATABASE.createUser("stranger");
        try (TenantDataSource bound = bound(stranger)) {
            RowAnswer answer = invoice(1).ask(bound);

            assertThat(answer.verdict()).isEqualTo(Verdict.NOT_READABLE);
            assertThat(answer.toString()).contains("grant select on public.invoices to " + stranger.getUser());
        }
    }

    @Test
    void whomNoPolicyBindsIsToldThatARowIsAbsent() throws SQLException {
        try (TenantDataSource bound = bound(DATABASE.administrator())) {
            RowAnswer answer = invoice(3).ask(bound);

            assertThat(answer.verdict()).isEqualTo(Verdict.ABSENT);
            assertThat(answer.toString())
                    .contains("does not bind " + DATABASE.administrator().getUser());
        }
    }

    @Test
    void theTransactionGoesOnAsIfNothingHadBeenAsked() throws SQLException {
        try (var scope = TenantContext.open(ACME);
                Connection connection = application.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select 1");

            assertThatThrownBy(() -> WhyNoRow.in("invoices").where("nmber = 1").ask(connection))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("nmber");
            assertThat(invoice(2).ask(connection).reasons()).contains("it was asked in a transaction");
            assertThat(statement.execute("select 1")).isTrue();
        }
    }

    @Test
    void aFailedTransactionIsTold() throws SQLException {
        try (var scope = TenantContext.open(ACME);
                Connection connection = application.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThatThrownBy(() -> statement.execute("select 1 / 0")).isInstanceOf(SQLException.class);

            RowAnswer answer = invoice(1).ask(connection);
            assertThat(answer.verdict()).isEqualTo(Verdict.NOT_READABLE);
            assertThat(answer.toString()).contains("a statement of the transaction has failed");
        }
    }

    @Test
    void anOldSnapshotIsTold() throws SQLException {
        try (var scope = TenantContext.open(ACME);
                Connection connection = application.getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);

            assertThat(invoice(3).ask(connection).toString())
                    .contains("a transaction that sees the database as of its first statement");
        }
    }

    @Test
    void aColumnAndAValueMayComeFromOutside() throws SQLException {
        assertThat(asked(ACME, WhyNoRow.in("invoices").whereColumn("title", "acme's secret"))
                        .verdict())
                .isEqualTo(Verdict.SHOWN);
        assertThat(asked(ACME, WhyNoRow.in("invoices").whereColumn("title", "' or true --"))
                        .verdict())
                .isEqualTo(Verdict.NOT_SHOWN);
        assertThatThrownBy(() -> asked(ACME, WhyNoRow.in("invoices").whereColumn("title\" is null or true --", "")))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void aTableMayComeFromOutside() {
        assertThatThrownBy(() -> asked(ACME, WhyNoRow.in("invoices where false; drop table invoices; --")))
                .isInstanceOf(SQLException.class)
                .extracting(thrown -> ((SQLException) thrown).getSQLState())
                .isEqualTo("42602");
    }

    @Test
    void aTableThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> asked(ACME, WhyNoRow.in("invoces")))
                .isInstanceOf(SQLException.class)
                .extracting(thrown -> ((SQLException) thrown).getSQLState())
                .isEqualTo("42P01");
    }
}
