package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ItemsDatabase.OF_ACME;
import static io.tenantdatasource.it.policy.ItemsDatabase.OF_GLOBEX;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ALICE;
import static io.tenantdatasource.it.policy.ReviewedDatabase.CAROL;
import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.Connection;
import java.sql.SQLException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tenant that reads several organizations sees and changes, however rows name their organization. */
@ParameterizedClass
@EnumSource(ItemsForm.class)
class SeveralOrganizationsTest {

    private static final String SETTING = "app.organization_ids";
    private static final String OF_INITECH = "initech-printer";
    private static final Tenant INITECH = Tenant.of("1417ec00-0000-4000-8000-000000000003");
    private static final Tenant ACME_READING_GLOBEX = ACME.reading(GLOBEX.organizationId());
    private static final String OF_ACME_AND_GLOBEX = OF_ACME + " " + OF_GLOBEX;

    private static final String COLUMNS = "(name, organization_id, invoice_id, region, number, user_id)";
    private static final String ACMES =
            "'" + ACME.organizationId() + "', 'ac3e0000-0000-4000-8000-0000000000a1', 'north', 1";
    private static final String GLOBEXS =
            "'" + GLOBEX.organizationId() + "', '610be000-0000-4000-8000-0000000000b1', 'north', 2";
    private static final String INITECHS =
            "'" + INITECH.organizationId() + "', '1417ec00-0000-4000-8000-0000000000d1', 'north', 3";

    @Parameter
    private ItemsForm form;

    private TablePolicies policies;

    @AutoClose
    private ItemsDatabase database;

    @BeforeEach
    void migrate() throws SQLException {
        database = new ItemsDatabase();
        database.asOwner("insert into invoices (id, organization_id, region, number)"
                + " values ('1417ec00-0000-4000-8000-0000000000d1', '" + INITECH.organizationId() + "', 'north', 3);"
                + "insert into items " + COLUMNS + " values ('" + OF_INITECH + "', " + INITECHS + ", null)");
        policies = form.policies().organizationsSetting(SETTING);
        database.migrate(policies);
    }

    @Test
    void rowsOfEachOfThemAreSeenAndOfNobodyElse() throws SQLException {
        assertThat(database.names(ACME_READING_GLOBEX)).isEqualTo(OF_ACME_AND_GLOBEX);
        assertThat(database.names(GLOBEX.reading(ACME.organizationId(), INITECH.organizationId())))
                .isEqualTo(OF_ACME_AND_GLOBEX + " " + OF_INITECH);
        assertThat(database.query(ACME_READING_GLOBEX, "select name from items where name = 'globex-laser'"))
                .isEqualTo("globex-laser");
        assertThat(database.query(ACME_READING_GLOBEX, "select name from items where name = 'initech-printer'"))
                .isNull();
    }

    @Test
    void aTenantOfOneSeesItsOwn() throws SQLException {
        assertThat(database.names(ACME)).isEqualTo(OF_ACME);
        assertThat(database.names(GLOBEX)).isEqualTo(OF_GLOBEX);
        assertThat(database.names(ACME)).isEqualTo(OF_ACME);
    }

    @Test
    void rowsOfTheOthersAreNeitherChangedNorDeletedNorLocked() throws SQLException {
        assertThat(database.update(ACME_READING_GLOBEX, "delete from items where name = 'globex-laser'"))
                .isZero();
        assertThat(database.update(ACME_READING_GLOBEX, "update items set note = 'x'"))
                .isEqualTo(2);
        assertThat(
                        database.query(
                                ACME_READING_GLOBEX,
                                "select string_agg(name, ' ' order by name) from (select name from items for update) as locked"))
                .isEqualTo(OF_ACME);
        assertThat(database.update(ACME_READING_GLOBEX, "delete from items")).isEqualTo(2);
        assertThat(database.allNames()).isEqualTo("globex-laser initech-printer nobody-at-all nobody-invoice");
    }

    @Test
    void rowsAreWrittenForTheOwnOrganizationOnly() throws SQLException {
        assertThat(database.update(ACME_READING_GLOBEX, insert(ACMES))).isEqualTo(1);
        assertThat(database.update(ACME_READING_GLOBEX, move(ACMES) + " where name = 'acme-rocket'"))
                .isEqualTo(1);
        for (String of : new String[] {GLOBEXS, INITECHS}) {
            assertRefused(() -> database.update(ACME_READING_GLOBEX, insert(of)));
            assertRefused(() -> database.update(ACME_READING_GLOBEX, move(of)));
            assertRefused(() -> database.update(ACME_READING_GLOBEX, move(of) + " where name = 'acme-anvil'"));
        }
        assertThat(database.names(GLOBEX)).isEqualTo(OF_GLOBEX);
    }

    @Test
    void anUpsertCannotTakeOverARowThatIsRead() throws SQLException {
        assertRefused(() -> database.update(
                ACME_READING_GLOBEX,
                insert(ACMES).replace("'new'", "'globex-laser'")
                        + " on conflict (name) do update set organization_id = excluded.organization_id,"
                        + " invoice_id = excluded.invoice_id, number = excluded.number"));
        assertThat(database.names(GLOBEX)).isEqualTo(OF_GLOBEX);
    }

    @Test
    void theUserIsThatOfAllRows() throws SQLException {
        database.migrate(policies.userColumn("user_id"));
        assertThat(database.names(ACME_READING_GLOBEX.withUser(ALICE))).isEqualTo("acme-anvil");
        assertThat(database.names(ACME_READING_GLOBEX.withUser(CAROL))).isEqualTo(OF_GLOBEX);
        assertThat(database.names(ACME_READING_GLOBEX)).isEqualTo(OF_ACME_AND_GLOBEX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "' or true --", "null", "%", "1", "{}", "\"", "a,b", "*"})
    void whereAFurtherOrganizationIsMalformedThereAreNone(String malformed) throws SQLException {
        assertThat(database.names(ACME.reading(malformed))).isEqualTo(OF_ACME);
        assertThat(database.names(ACME.reading(malformed, GLOBEX.organizationId())))
                .isEqualTo(OF_ACME);
        assertThat(database.names(Tenant.of(malformed).reading(GLOBEX.organizationId())))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\n\n\n", " ", "a\r\nb", "\u0001", ",", "}{"})
    void whateverTheSettingHoldsNothingIsThrownAndNothingOfOthersShown(String text) throws SQLException {
        try (Connection connection = database.reviewed().application().getConnection()) {
            set(connection, "app.organization_id", ACME.organizationId());
            assertThat(names(connection)).as("unset").isEqualTo(OF_ACME);
            set(connection, SETTING, text);
            assertThat(names(connection)).isEqualTo(OF_ACME);
        }
    }

    @Test
    void whoHasNoOrganizationOfItsOwnReadsNone() throws SQLException {
        try (Connection connection = database.reviewed().application().getConnection()) {
            set(connection, SETTING, ACME.organizationId() + "\n" + GLOBEX.organizationId());
            assertThat(names(connection)).as("unset").isNull();
            set(connection, "app.organization_id", "");
            assertThat(names(connection)).as("empty").isNull();
            set(connection, "app.organization_id", "garbage");
            assertThat(names(connection)).as("malformed").isNull();
            set(connection, "app.organization_id", INITECH.organizationId());
            assertThat(names(connection)).isEqualTo(OF_ACME_AND_GLOBEX + " " + OF_INITECH);
        }
    }

    @Test
    void policiesGoFromOneToSeveralAndBack() throws SQLException {
        String several = database.dump();
        database.migrate(policies);
        assertThat(database.dump()).as("again").isEqualTo(several);

        database.migrate(form.policies());
        assertThat(database.dump()).isNotEqualTo(several);
        assertThat(database.names(ACME_READING_GLOBEX)).isEqualTo(OF_ACME);

        database.migrate(policies);
        assertThat(database.dump()).isEqualTo(several);
        assertThat(database.names(ACME_READING_GLOBEX)).isEqualTo(OF_ACME_AND_GLOBEX);
    }

    @Test
    void undoBringsBackWhatWasThereBefore() throws SQLException {
        policies.undo(database.owner());
        String before = database.dump();
        database.migrate(policies);
        policies.undo(database.owner());
        assertThat(database.dump()).isEqualTo(before);
    }

    @Test
    void aParentThatIsReadForOneOrganizationIsRefused() throws SQLException {
        TablePolicies.ownColumn("invoices").apply(database.owner());
        database.migrate(form.policies());
        if (form == ItemsForm.OWN_COLUMN) {
            database.migrate(policies);
        } else {
            Refused.by(database.reviewed().database(), "55000", () -> policies.apply(database.owner()))
                    .naming("public.invoices", SETTING)
                    .hinting("same setting");
            TablePolicies.ownColumn("invoices").organizationsSetting(SETTING).apply(database.owner());
            database.migrate(policies);
        }
        assertThat(database.names(ACME_READING_GLOBEX)).isEqualTo(OF_ACME_AND_GLOBEX);
        assertThat(database.update(ACME_READING_GLOBEX, "delete from items")).isEqualTo(2);
    }

    private static String names(Connection connection) throws SQLException {
        return ReviewedDatabase.first(connection, ItemsDatabase.namesIn("items"));
    }

    private static void set(Connection connection, String setting, String value) throws SQLException {
        try (var statement = connection.prepareStatement("select set_config(?, ?, false)")) {
            statement.setString(1, setting);
            statement.setString(2, value);
            statement.execute();
        }
    }

    private static String insert(String organization) {
        return "insert into items " + COLUMNS + " values ('new', " + organization + ", null)";
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
