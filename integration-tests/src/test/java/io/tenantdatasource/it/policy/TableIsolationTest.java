package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ItemsDatabase.ALL;
import static io.tenantdatasource.it.policy.ItemsDatabase.OF_ACME;
import static io.tenantdatasource.it.policy.ItemsDatabase.OF_GLOBEX;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ALICE;
import static io.tenantdatasource.it.policy.ReviewedDatabase.BOB;
import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the application sees and changes of any table once it has policies, however its rows name their organization. */
@ParameterizedClass
@EnumSource(ItemsForm.class)
class TableIsolationTest {

    private static final String COLUMNS = "(name, organization_id, invoice_id, region, number, user_id)";
    private static final String ACMES =
            "'" + ACME.organizationId() + "', 'ac3e0000-0000-4000-8000-0000000000a1', 'north', 1";
    private static final String GLOBEXS =
            "'" + GLOBEX.organizationId() + "', '610be000-0000-4000-8000-0000000000b1', 'north', 2";
    private static final String NOBODYS = "null, '00000000-0000-4000-8000-0000000000c1', 'south', 1";
    private static final String NONE = "null, null, null, null";

    @Parameter
    private ItemsForm form;

    @AutoClose
    private ItemsDatabase database;

    @BeforeEach
    void migrate() throws SQLException {
        database = new ItemsDatabase();
        assertThat(database.names(ACME)).as("before").isEqualTo(ALL);
        database.migrate(form.policies());
    }

    @Test
    void anOrganizationSeesItsOwnRows() throws SQLException {
        assertThat(database.names(ACME)).isEqualTo(OF_ACME);
        assertThat(database.names(GLOBEX)).isEqualTo(OF_GLOBEX);
        assertThat(database.names(Tenant.of(UUID.randomUUID()))).isNull();
    }

    @Test
    void aForeignKeyValueFindsNothing() throws SQLException {
        assertThat(database.query(ACME, "select name from items where name = 'globex-laser'"))
                .isNull();
        assertThat(database.query(GLOBEX, "select name from items where name = 'globex-laser'"))
                .isEqualTo("globex-laser");
    }

    @Test
    void foreignRowsCannotBeDeletedOrChanged() throws SQLException {
        assertThat(database.update(ACME, "delete from items where name = 'globex-laser'"))
                .isZero();
        assertThat(database.update(ACME, "update items set note = 'x'")).isEqualTo(2);
        assertThat(database.update(ACME, "delete from items")).isEqualTo(2);
        assertThat(database.allNames()).isEqualTo("globex-laser nobody-at-all nobody-invoice");
    }

    @Test
    void ownRowsCanBeWritten() throws SQLException {
        assertThat(database.update(ACME, insert(ACMES, ALICE))).isEqualTo(1);
        assertThat(database.update(ACME, move(ACMES) + " where name = 'acme-rocket'"))
                .isEqualTo(1);
        assertThat(database.update(ACME, "delete from items where name = 'new'"))
                .isEqualTo(1);
    }

    @Test
    void rowsOfOthersCannotBeInserted() {
        assertRefused(() -> database.update(ACME, insert(GLOBEXS, ALICE)));
        assertRefused(() -> database.update(ACME, insert(NOBODYS, ALICE)));
        assertRefused(() -> database.update(ACME, insert(NONE, ALICE)));
    }

    @Test
    void ownRowsCannotBeMovedToOthers() {
        for (String target : new String[] {GLOBEXS, NOBODYS, NONE}) {
            assertRefused(() -> database.update(ACME, move(target) + " where name = 'acme-anvil'"));
        }
    }

    /** Without a WHERE the statement reads nothing, so the policy for SELECT has no say in the new rows. */
    @Test
    void allOwnRowsCannotBeMovedAtOnceEither() {
        for (String target : new String[] {GLOBEXS, NOBODYS, NONE}) {
            assertRefused(() -> database.update(ACME, move(target)));
        }
    }

    @Test
    void anUpsertCannotTakeOverAForeignRow() throws SQLException {
        assertRefused(() -> database.update(
                ACME,
                insert(ACMES, ALICE).replace("'new'", "'globex-laser'")
                        + " on conflict (name) do update set organization_id = excluded.organization_id,"
                        + " invoice_id = excluded.invoice_id, number = excluded.number"));
        assertThat(database.names(GLOBEX)).isEqualTo(OF_GLOBEX);
    }

    @Test
    void rowsWithoutAnOrganizationAreShownToNobody() throws SQLException {
        assertThat(database.query(ACME, "select count(*) from items where name like 'nobody%'"))
                .isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "ac3e0000-0000-4000-8000-000000000001\n", "' or true --", "null", "%", "1"})
    void aMalformedSettingShowsNoRowsAndThrowsNothing(String malformed) throws SQLException {
        assertThat(database.names(Tenant.of(malformed))).isNull();
        assertThat(database.update(Tenant.of(malformed), "delete from items")).isZero();
        assertRefused(() -> database.update(Tenant.of(malformed), insert(ACMES, ALICE)));
        assertThat(database.allNames()).isEqualTo(ALL);
    }

    @Test
    void anUnsetOrEmptiedSettingShowsNoRowsAndThrowsNothing() throws SQLException {
        try (Connection connection = database.reviewed().application().getConnection()) {
            assertThat(ReviewedDatabase.first(connection, ItemsDatabase.namesIn("items")))
                    .isNull();
            connection.setAutoCommit(false);
            ReviewedDatabase.first(
                    connection, "select set_config('app.organization_id', '" + ACME.organizationId() + "', true)");
            assertThat(ReviewedDatabase.first(connection, ItemsDatabase.namesIn("items")))
                    .isEqualTo(OF_ACME);
            connection.commit();
            assertThat(ReviewedDatabase.first(connection, ItemsDatabase.namesIn("items")))
                    .isNull();
        }
    }

    @Test
    void aUserOfTheOrganizationSeesAllOfItsRowsUnlessAColumnTellsWhoseTheyAre() throws SQLException {
        assertThat(database.names(ACME.withUser(ALICE))).isEqualTo(OF_ACME);
        database.migrate(form.policies().userColumn("user_id"));
        assertThat(database.names(ACME.withUser(ALICE))).isEqualTo("acme-anvil");
        assertThat(database.names(ACME.withUser("garbage"))).isNull();
        assertThat(database.names(ACME)).isEqualTo(OF_ACME);
        assertThat(database.update(ACME.withUser(ALICE), "delete from items where name = 'acme-rocket'"))
                .isZero();
        assertRefused(() -> database.update(ACME.withUser(ALICE), insert(ACMES, BOB)));
        assertThat(database.update(ACME.withUser(ALICE), insert(ACMES, ALICE))).isEqualTo(1);
    }

    @Test
    void theOwnerIsBoundToo() throws SQLException {
        try (Connection owner = database.owner().getConnection()) {
            ReviewedDatabase.first(
                    owner, "select set_config('app.organization_id', '" + ACME.organizationId() + "', false)");
            assertThat(ReviewedDatabase.first(owner, ItemsDatabase.namesIn("items")))
                    .isNull();
        }
    }

    private static String insert(String organization, UUID user) {
        return "insert into items " + COLUMNS + " values ('new', " + organization + ", '" + user + "')";
    }

    private static String move(String organization) {
        return "update items set (organization_id, invoice_id, region, number) = row(" + organization + ")";
    }

    private static void assertRefused(ThrowingCallable write) {
        assertThatThrownBy(write)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"))
                .hasMessageContaining("row-level security policy");
    }
}
