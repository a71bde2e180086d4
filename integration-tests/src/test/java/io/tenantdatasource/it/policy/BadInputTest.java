package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.test.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What a migration cannot work with it refuses, with what to do next, and leaves the database as it was. */
@ParameterizedClass
@EnumSource(Migration.class)
class BadInputTest {

    @Parameter
    private Migration migration;

    @AutoClose
    private ItemsDatabase database;

    private TestDatabase all;

    @BeforeEach
    void createTables() {
        database = new ItemsDatabase();
        all = database.reviewed().database();
    }

    private Refused assertRefused(String sqlState) throws SQLException {
        return Refused.by(all, sqlState, () -> migration.apply(database.owner()));
    }

    @Test
    void aMissingTable() throws SQLException {
        database.asOwner("alter table " + migration.table() + " rename to renamed");
        assertRefused("42P01").naming("public." + migration.table()).hinting("name another one");
    }

    @Test
    void aMissingTableWithTheOrganization() throws SQLException {
        String[] organization = migration.organization().split("\\.", 2);
        database.asOwner("alter table " + organization[0] + " rename to renamed");
        assertRefused("42P01").naming("public." + organization[0]).hinting("name another one");
    }

    @Test
    void aMissingColumn() throws SQLException {
        database.asOwner("alter table " + migration.table() + " rename " + migration.column() + " to renamed");
        assertRefused("42703")
                .naming("public." + migration.table(), migration.column())
                .hinting("Name another one");
    }

    @Test
    void aMissingColumnForTheOrganization() throws SQLException {
        String[] organization = migration.organization().split("\\.", 2);
        database.asOwner("alter table " + organization[0] + " rename " + organization[1] + " to renamed");
        assertRefused("42703").naming("public." + organization[0], organization[1]);
    }

    @Test
    void anOrganizationOfATypeThatNoSettingIsComparedWith() throws SQLException {
        String[] organization = migration.organization().split("\\.", 2);
        database.asOwner("alter table " + organization[0] + " alter " + organization[1] + " type bytea using ''");
        assertRefused("42804")
                .naming("public." + organization[0], organization[1], "bytea")
                .hinting("uuid");
    }

    @Test
    void aViewInPlaceOfTheTable() throws SQLException {
        database.asOwner("alter table " + migration.table() + " rename to renamed; create view " + migration.table()
                + " as select * from renamed");
        assertRefused("42809").naming("public." + migration.table());
    }

    @Test
    void whoDoesNotOwnTheTable() throws SQLException {
        Refused.by(all, "42501", () -> migration.apply(database.reviewed().application()))
                .naming("public." + migration.table())
                .hinting("Run this as " + database.owner().getUser());
    }

    @Test
    void whoMayNotUseTheSchema() throws SQLException {
        database.asAdministrator("revoke usage on schema public from public");
        Refused.by(all, "42501", () -> migration.apply(database.reviewed().application()))
                .naming("schema public")
                .hinting("grant usage on schema");
    }

    @Test
    void aMissingRoleThatTheOwnerMayNotCreate() throws SQLException {
        PGSimpleDataSource heir = all.createUser("heir");
        for (String table : new String[] {"users", "user_sessions", "invoices", "items"}) {
            database.asAdministrator("alter table " + table + " owner to " + heir.getUser());
        }
        Refused.by(all, "42501", () -> migration.apply(heir, "No such role"))
                .naming("\"No such role\"", heir.getUser())
                .hinting("create role \"No such role\" nologin");
    }

    @Test
    void aRoleIsNotCreatedByAMigrationThatIsRefused() throws SQLException {
        database.asOwner("create policy everything on " + migration.table() + " using (true)");
        String role = "Role of " + database.application();
        Refused.by(all, "55000", () -> migration.apply(database.owner(), role)).naming("everything");
        assertThat(database.catalog("select rolname from pg_roles where rolname = '" + role + "'"))
                .isNull();
    }

    @Test
    void aPolicyThatShowsMore() throws SQLException {
        database.asOwner("create policy everything on " + migration.table() + " using (true)");
        assertRefused("55000")
                .naming("everything on public." + migration.table())
                .hinting("restrictive");
    }

    @Test
    void aPartOfAnotherTable() throws SQLException {
        database.asOwner("create table whole (); alter table " + migration.table() + " inherit whole");
        assertRefused("55000")
                .naming("public." + migration.table(), "public.whole")
                .hinting("Protect public.whole");
    }

    @Test
    void anOwnerWhoMayNotReadTheCatalogOfViewsIsNotNeeded() throws SQLException {
        PGSimpleDataSource stranger = all.createUser("stranger");
        database.asAdministrator("create schema hidden; create view hidden.v as select * from public."
                + migration.table() + "; grant select on hidden.v to " + stranger.getUser());
        migration.apply(database.owner());
    }

    @Test
    void anOrganizationThatIsNoneShowsNothing() throws SQLException {
        migration.apply(database.owner());
        database.asAdministrator("grant authenticated to " + database.application());
        String count = "select count(*) from " + migration.table();
        assertThat(database.query(ACME, count)).isNotEqualTo("0");
        for (String none : new String[] {"acme", "1", "ac3e0000-0000-4000-8000-00000000000", "\u0001", "😀"}) {
            assertThat(database.query(Tenant.of(none), count)).isEqualTo("0");
        }
    }
}
