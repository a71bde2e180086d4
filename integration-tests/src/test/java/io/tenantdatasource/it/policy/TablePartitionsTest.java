package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ItemsDatabase.OF_ACME;
import static io.tenantdatasource.it.policy.ItemsDatabase.OF_GLOBEX;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A partition, or a child by inheritance, that is read by its own name asks its own policies only. */
@ParameterizedClass
@EnumSource(ItemsForm.class)
class TablePartitionsTest {

    @Parameter
    private ItemsForm form;

    @AutoClose
    private ItemsDatabase database;

    private TablePolicies parts;

    @BeforeEach
    void createPartitions() throws SQLException {
        parts = form.policies("parts");
        database = new ItemsDatabase();
        database.asOwner("""
                create table parts (like items) partition by list (region);
                create table parts_north partition of parts for values in ('north');
                create table parts_south partition of parts for values in ('south') partition by range (number);
                create table "Parts of the south" partition of parts_south for values from (1) to (10);
                create table parts_nowhere partition of parts for values in (null);
                insert into parts select * from items""");
        database.asOwner("grant select, insert, update, delete on parts, parts_north, parts_south,"
                + " \"Parts of the south\", parts_nowhere to " + database.application());
        assertThat(database.names(ACME, "parts_north")).as("before").isEqualTo("acme-anvil globex-laser");
    }

    @Test
    void theWholeShowsAnOrganizationItsOwnRows() throws SQLException {
        database.migrate(parts);
        assertThat(database.names(ACME, "parts")).isEqualTo(OF_ACME);
        assertThat(database.names(GLOBEX, "parts")).isEqualTo(OF_GLOBEX);
    }

    @Test
    void aPartitionByItsOwnNameDoesToo() throws SQLException {
        database.migrate(parts);
        assertThat(database.names(ACME, "parts_north")).isEqualTo("acme-anvil");
        assertThat(database.names(GLOBEX, "parts_north")).isEqualTo("globex-laser");
        assertThat(database.names(ACME, "parts_nowhere")).isNull();
    }

    @Test
    void aPartitionOfAPartitionDoesToo() throws SQLException {
        database.migrate(parts);
        assertThat(database.names(ACME, "parts_south")).isEqualTo("acme-rocket");
        assertThat(database.names(ACME, "\"Parts of the south\"")).isEqualTo("acme-rocket");
        assertThat(database.names(GLOBEX, "\"Parts of the south\"")).isNull();
    }

    @Test
    void foreignRowsOfAPartitionCannotBeWritten() throws SQLException {
        database.migrate(parts);
        assertThat(database.update(ACME, "delete from parts_north where name = 'globex-laser'"))
                .isZero();
        assertThatThrownBy(() -> database.update(
                        ACME,
                        "insert into parts_north select 'forged', i.organization_id, i.id, i.region, i.number"
                                + " from (values ('" + GLOBEX.organizationId() + "'::uuid,"
                                + " '610be000-0000-4000-8000-0000000000b1'::uuid, 'north', 2))"
                                + " as i (organization_id, id, region, number)"))
                .hasMessageContaining("row-level security policy");
    }

    @Test
    void aNewPartitionIsProtectedOnceItHasRunAgain() throws SQLException {
        database.migrate(parts);
        database.asAdministrator("create table parts_west partition of parts for values in ('west');"
                + " alter table parts_west owner to " + database.owner().getUser() + ";"
                + " insert into invoices values (gen_random_uuid(), 'west', 1, '" + GLOBEX.organizationId() + "');"
                + " insert into parts select 'west', organization_id, id, region, number from invoices"
                + " where region = 'west'");
        assertThat(database.names(ACME, "parts")).as("through the whole").isEqualTo(OF_ACME);
        assertThatThrownBy(() -> database.names(ACME, "parts_west"))
                .as("without rights of its own")
                .hasMessageContaining("permission denied");

        database.asOwner("grant select on parts_west to " + database.application());
        assertThat(database.names(ACME, "parts_west"))
                .as("until it is run again")
                .isEqualTo("west");
        database.migrate(parts);
        assertThat(database.names(ACME, "parts_west")).isNull();
        assertThat(database.names(GLOBEX, "parts_west")).isEqualTo("west");
    }

    @Test
    void undoTakesItBackFromEachPartition() throws SQLException {
        database.asOwner("alter table parts_north enable row level security");
        String before = database.dump();
        database.migrate(parts);
        assertThat(database.dump()).isNotEqualTo(before);
        parts.undo(database.owner());
        assertThat(database.dump()).isEqualTo(before);
    }

    @Test
    void aForeignPartitionIsRefused() throws SQLException {
        database.asAdministrator("""
                create foreign data wrapper elsewhere;
                create server elsewhere foreign data wrapper elsewhere;
                create foreign table parts_abroad partition of parts for values in ('abroad') server elsewhere""");
        Refused.by(database.reviewed().database(), "42809", () -> parts.apply(database.owner()))
                .naming("public.parts_abroad", "public.parts")
                .hinting("Detach");
    }

    @Test
    void aPartitionOfSomebodyElseIsRefused() throws SQLException {
        database.asAdministrator("create table parts_lent partition of parts for values in ('lent')");
        Refused.by(database.reviewed().database(), "42501", () -> parts.apply(database.owner()))
                .naming("public.parts_lent")
                .hinting("alter table public.parts_lent owner to "
                        + database.owner().getUser());
    }

    @Test
    void aPartitionAloneIsRefusedBecauseItIsReadThroughTheWhole() throws SQLException {
        Refused.by(
                        database.reviewed().database(),
                        "55000",
                        () -> form.policies("Parts of the south").apply(database.owner()))
                .naming("public.\"Parts of the south\"", "public.parts")
                .hinting("Protect public.parts");
    }

    @Test
    void aPartitionWithTheNameOfAnAliasIsRefused() throws SQLException {
        for (String alias : new String[] {"tenant_datasource_parent", "tenant_datasource_user"}) {
            database.asOwner("create table " + alias + " partition of parts for values in ('" + alias + "')");
            Refused.by(database.reviewed().database(), "42939", () -> parts.apply(database.owner()))
                    .naming("public." + alias);
            database.asOwner("drop table " + alias);
        }
    }

    @Test
    void aPolicyOfAPartitionThatWouldShowMoreIsRefused() throws SQLException {
        database.asOwner("create policy everything on parts_north using (true)");
        Refused.by(database.reviewed().database(), "55000", () -> parts.apply(database.owner()))
                .naming("everything on public.parts_north");
    }

    @Test
    void aChildByInheritanceIsProtectedAsWell() throws SQLException {
        database.asOwner("create table more_items () inherits (items);"
                + " create table most_items () inherits (more_items);"
                + " insert into most_items select * from only items");
        database.asOwner("grant select, insert on more_items, most_items to " + database.application());
        database.migrate(form.policies());
        assertThat(database.names(ACME, "most_items")).isEqualTo(OF_ACME);
        assertThat(database.names(GLOBEX, "more_items")).isEqualTo(OF_GLOBEX);
    }

    @Test
    void aChildOfSessionsByInheritanceIsProtectedThroughUsers() throws SQLException {
        database.asOwner("create table old_sessions () inherits (user_sessions);"
                + " insert into old_sessions select * from only user_sessions");
        database.asOwner("grant select on old_sessions to " + database.application());
        database.reviewed().migrate(SessionPolicies.throughUsers());
        assertThat(database.query(GLOBEX, "select count(*) from old_sessions")).isEqualTo("2");
    }
}
