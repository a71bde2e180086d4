package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ItemsDatabase.OF_ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.policy.TablePolicies;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** By which columns a row names its parent: those of the foreign key, or others that name one parent at most. */
class ParentKeyTest {

    private static final TablePolicies ITEMS = TablePolicies.throughParent("items", "invoices");

    @AutoClose
    private ItemsDatabase database;

    @BeforeEach
    void createTables() {
        database = new ItemsDatabase();
    }

    private Refused assertRefused(String sqlState, TablePolicies policies) throws SQLException {
        return Refused.by(database.reviewed().database(), sqlState, () -> policies.apply(database.owner()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"items_invoice_id_fkey", "items_region_number_fkey"})
    void theOnlyForeignKeyIsFound(String other) throws SQLException {
        database.asOwner("alter table items drop constraint " + other);
        database.migrate(ITEMS);
        assertThat(database.names(ACME)).isEqualTo(OF_ACME);
    }

    @Test
    void twoForeignKeysOverTheSameColumnsAreOne() throws SQLException {
        database.asOwner("alter table items drop constraint items_region_number_fkey,"
                + " add foreign key (invoice_id) references invoices (id) not valid");
        database.migrate(ITEMS);
        assertThat(database.names(ACME)).isEqualTo(OF_ACME);
    }

    @Test
    void severalForeignKeysAreNotGuessedAmong() throws SQLException {
        assertRefused("42702", ITEMS)
                .naming("public.items", "public.invoices", "invoice_id", "region")
                .hinting("Name the columns");
    }

    @Test
    void withoutAForeignKeyTheColumnsHaveToBeNamed() throws SQLException {
        database.asOwner("alter table items drop constraint items_region_number_fkey,"
                + " drop constraint items_invoice_id_fkey");
        assertRefused("42704", ITEMS).naming("public.items", "public.invoices").hinting("Name the columns");
        database.migrate(ITEMS.on("invoice_id", "id"));
        assertThat(database.names(ACME)).isEqualTo(OF_ACME);
    }

    @Test
    void aKeyThatNamesSeveralParentsIsRefused() throws SQLException {
        assertRefused("42830", ITEMS.on("region", "region"))
                .naming("public.invoices", "region")
                .hinting("unique");
        database.asOwner("create unique index on invoices (region) where region = 'east'");
        assertRefused("42830", ITEMS.on("region", "region"));
        database.asOwner("create unique index on invoices (region, lower(region || id))");
        assertRefused("42830", ITEMS.on("region", "region"));
    }

    @Test
    void moreColumnsThanAreUniqueAreFine() throws SQLException {
        database.migrate(ITEMS.on("invoice_id", "id").on("region", "region"));
        assertThat(database.names(ACME)).isEqualTo(OF_ACME);
    }

    @Test
    void theTableItselfIsNoParent() throws SQLException {
        assertRefused("42830", TablePolicies.throughParent("items", "items").on("name", "name"))
                .naming("public.items");
    }

    @Test
    void aViewIsNoParent() throws SQLException {
        database.asOwner("create view paid as select * from invoices");
        assertRefused("42809", TablePolicies.throughParent("items", "paid").on("invoice_id", "id"))
                .naming("public.paid");
    }

    @Test
    void missingColumnsOfTheKeyAreTold() throws SQLException {
        assertRefused("42703", ITEMS.on("nowhere", "id")).naming("public.items", "nowhere");
        assertRefused("42703", ITEMS.on("invoice_id", "nowhere")).naming("public.invoices", "nowhere");
    }

    @Test
    void aMissingUserColumnIsTold() throws SQLException {
        assertRefused("42703", ITEMS.on("invoice_id", "id").userColumn("nowhere"))
                .naming("public.items", "nowhere");
    }
}
