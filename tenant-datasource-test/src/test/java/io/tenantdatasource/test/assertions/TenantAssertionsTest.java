package io.tenantdatasource.test.assertions;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static io.tenantdatasource.test.assertions.TenantAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.MissingTenant;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class TenantAssertionsTest {

    private static final UUID ACMES = UUID.fromString(ACME.organizationId());
    private static final UUID GLOBEXS = UUID.fromString(GLOBEX.organizationId());
    private static final String INSERT = "insert into notes (organization_id, text) values (?, ?)";

    private static TestDatabase database;
    private static PGSimpleDataSource raw;
    private static TenantDataSource dataSource;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
        raw = database.createUser("app");
        String app = raw.getUser();
        database.execute("""
                create table notes (organization_id uuid not null, text text unique);
                alter table notes enable row level security;
                create policy mine on notes to %1$s
                  using (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
                grant select, insert, update, delete on notes to %1$s;
                create table open (organization_id uuid not null);
                grant select, insert on open to %1$s;
                create table closed (organization_id uuid not null);
                insert into notes values ('%2$s', 'one'), ('%2$s', 'two'), ('%3$s', 'three');
                insert into open values ('%2$s')""".formatted(app, ACMES, GLOBEXS));
        dataSource = TenantDataSource.wrap(raw);
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    @Test
    void whatHoldsPasses() {
        assertThat(dataSource)
                .as(ACME)
                .sees("notes")
                .seesRows(2, "notes")
                .seesExactly("select text from notes", "two", "one")
                .seesNothing("select * from notes where text = ?", "three")
                .can(INSERT, ACMES, "four")
                .cannotInsert(INSERT, GLOBEXS, "four")
                .cannotUpdate("update notes set text = 'x' where organization_id = ?", GLOBEXS)
                .cannotUpdate("update notes set organization_id = ?", GLOBEXS)
                .cannotDelete("delete from notes where text = 'three'");
        assertThat(dataSource).as("globex").seesExactly("select text from notes", "three");
        assertThat(dataSource).withoutTenant().seesNothing("notes").seesNothing("closed");
    }

    @Test
    void whatAnAssertionDoesIsUndone() {
        assertThat(dataSource).as(ACME).can(INSERT, ACMES, "five").seesRows(2, "notes");
    }

    @Test
    void tooMuchIsToldWithTheTenantTheStatementAndWhatDecides() {
        assertFails(() -> assertThat(dataSource).as(GLOBEX).seesNothing("open"))
                .hasMessageContaining(GLOBEX.organizationId())
                .hasMessageContaining("sees 1 rows, but was to see nothing (first column: " + ACMES + ")")
                .hasMessageContaining("select * from open")
                .hasMessageContaining("open: row-level security is not enabled, so no policy is in the way");
    }

    @Test
    void tooLittleIsToldWithThePolicyInTheWay() {
        assertFails(() -> assertThat(dataSource).as(GLOBEX).sees("select * from notes where text = 'one'"))
                .hasMessageContaining("sees nothing, but was to see something")
                .hasMessageContaining("notes: row-level security is active for " + raw.getUser())
                .hasMessageContaining(
                        "policy mine (permissive, for ALL, to " + raw.getUser() + ") using ((organization_id =");
    }

    @Test
    void aMissingRowIsToldWithWhatHidesItAndForWhichTenant() {
        assertThat(dataSource).as(ACME).seesRow("notes", "text = ?", "one");
        assertFails(() -> assertThat(dataSource).as(GLOBEX).seesRow("notes", "text = ?", "one"))
                .hasMessageContaining("does not see the row that it was to see")
                .hasMessageContaining("NOT_SHOWN")
                .hasMessageContaining("policy mine shows rows of which is true: (organization_id =")
                .hasMessageContaining("app.organization_id is '" + GLOBEX.organizationId() + "'");
    }

    @Test
    void whoSeesAllTellsAHiddenRowFromAnAbsentOne() {
        DataSourceAssert diagnosed = assertThat(dataSource).diagnosing(database.administrator());

        assertFails(() -> diagnosed.as(GLOBEX).seesRow("notes", "text = ?", "one"))
                .hasMessageContaining("HIDDEN")
                .hasMessageContaining("policy mine hides 1 of 1");
        assertFails(() -> diagnosed.as(GLOBEX).seesRow("notes", "text = ?", "none"))
                .hasMessageContaining("ABSENT");
    }

    @Test
    void anInsertThatIsRefusedShowsThePolicy() {
        assertFails(() -> assertThat(dataSource).as(GLOBEX).can(INSERT, ACMES, "six"))
                .hasMessageContaining("was refused")
                .hasMessageContaining("new row violates row-level security policy")
                .hasMessageContaining("SQLState 42501")
                .hasMessageContaining("policy mine");
    }

    @Test
    void anInsertThatSucceedsAndWasNotTo() {
        assertFails(() -> assertThat(dataSource).as(GLOBEX).cannotInsert("insert into open values (?)", ACMES))
                .hasMessageContaining("changes 1 rows, but was not to");
    }

    @Test
    void anInsertThatFailsForAnotherReasonProvesNothing() {
        assertFails(() -> assertThat(dataSource).as(ACME).cannotInsert(INSERT, ACMES, "one"))
                .hasMessageContaining("was refused")
                .hasMessageContaining("SQLState 23505");
    }

    @Test
    void otherRowsAndOtherNumbersOfThemAreTold() {
        assertFails(() -> assertThat(dataSource).as(ACME).seesExactly("select text from notes", "one"))
                .hasMessageContaining("sees [one, two], but was to see [one]");
        assertFails(() -> assertThat(dataSource).as(ACME).seesRows(3, "notes")).hasMessageContaining("sees 2 rows");
        assertFails(() -> assertThat(dataSource).as(ACME).can("update notes set text = 'x' where text = 'three'"))
                .hasMessageContaining("changes no row");
        assertFails(() -> assertThat(dataSource).as(ACME).cannotUpdate("update notes set text = text"))
                .hasMessageContaining("changes 2 rows");
        assertFails(() -> assertThat(dataSource).as(ACME).cannotDelete("delete from notes"))
                .hasMessageContaining("changes 2 rows");
    }

    @Test
    void parametersAreNotShown() {
        assertFails(() -> assertThat(dataSource).as(ACME).sees("select * from notes where text = ?", "a secret"))
                .satisfies(e -> org.assertj.core.api.Assertions.assertThat(e.getMessage())
                        .doesNotContain("a secret"));
    }

    @Test
    void aMissingRightIsNothingToSee() {
        assertThat(dataSource).as(ACME).seesNothing("closed").cannotInsert("insert into closed values (?)", ACMES);
        assertFails(() -> assertThat(dataSource).as(ACME).sees("closed")).hasMessageContaining("permission denied");
    }

    @Test
    @AsTenant("acme")
    void withoutATenantMeansThatAlsoInATestThatHasOne() {
        assertThat(dataSource).withoutTenant().seesNothing("notes");
        assertFails(() -> assertThat(dataSource).withoutTenant().sees("notes"))
                .hasMessageContaining("Whoever works without a tenant sees nothing");
    }

    @Test
    @AsTenant("acme")
    void anotherTenantIsMeantAlsoInATestThatHasOne() {
        assertThat(dataSource).as(GLOBEX).seesExactly("select text from notes", "three");
    }

    @Test
    void whereATenantIsRequiredNothingIsSeenWithoutOne() {
        TenantDataSource strict = TenantDataSource.builder(raw)
                .onMissingTenant(MissingTenant.FAIL)
                .build();

        assertThat(strict).withoutTenant().seesNothing("notes");
        assertFails(() -> assertThat(strict).withoutTenant().sees("notes")).hasMessageContaining("got no connection");
    }

    @Test
    void aDataSourceThatNothingTellsTheTenantIsRefused() {
        assertThatThrownBy(() -> assertThat(raw))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no TenantDataSource");
    }

    @Test
    void aTransactionThatIsThereStays() throws SQLException {
        try (Connection connection = raw.getConnection()) {
            connection.setAutoCommit(false);
            Undone undone = Undone.begin(connection);
            undone.undo();
            undone.end();
            org.assertj.core.api.Assertions.assertThat(connection.getAutoCommit())
                    .isFalse();
        }
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertFails(
            ThrowingCallable assertion) {
        return assertThatThrownBy(assertion).isInstanceOf(AssertionError.class);
    }
}
