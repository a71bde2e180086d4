package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ItemsDatabase.OF_ACME;
import static io.tenantdatasource.it.policy.ItemsDatabase.OF_GLOBEX;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the policies of a table leave in the catalog, and what stops them. */
@ParameterizedClass
@EnumSource(ItemsForm.class)
class TableApplyAndUndoTest {

    private static final String POLICIES = """
            select string_agg(policyname || ' ' || cmd || ' ' || permissive || ' ' || roles::text, ', ' order by policyname)
            from pg_policies where tablename = 'items'""";

    private static final String ROW_SECURITY =
            "select relrowsecurity || ' ' || relforcerowsecurity from pg_class where oid = 'public.items'::regclass";

    @Parameter
    private ItemsForm form;

    @AutoClose
    private ItemsDatabase database;

    private TablePolicies policies;

    @BeforeEach
    void createTables() {
        policies = form.policies();
        database = new ItemsDatabase();
    }

    @Test
    void addsPoliciesUnderTheSameNamesToEveryTable() throws SQLException {
        database.migrate(policies.userColumn("user_id"));
        assertThat(database.catalog(POLICIES))
                .isEqualTo(String.join(
                        ", ",
                        "tenant_delete_policy DELETE PERMISSIVE {authenticated}",
                        "tenant_insert_policy INSERT PERMISSIVE {authenticated}",
                        "tenant_own_policy ALL RESTRICTIVE {authenticated}",
                        "tenant_select_policy SELECT PERMISSIVE {authenticated}",
                        "tenant_update_policy UPDATE PERMISSIVE {authenticated}"));
        assertThat(database.catalog(ROW_SECURITY)).isEqualTo("true true");
    }

    @Test
    void canBeRunAgain() throws SQLException {
        database.migrate(policies);
        String once = database.dump();
        database.migrate(policies);
        assertThat(database.dump()).isEqualTo(once);
    }

    @Test
    void runningItAgainMendsWhatIsHalfThere() throws SQLException {
        database.migrate(policies);
        String whole = database.dump();
        database.asOwner(
                "drop policy tenant_insert_policy on items; alter policy tenant_delete_policy on items using (true);"
                        + " alter table items no force row level security; alter table items disable row level security");
        assertThat(database.dump()).isNotEqualTo(whole);
        database.migrate(policies);
        assertThat(database.dump()).isEqualTo(whole);
    }

    @Test
    void aUserColumnThatIsNamedNoMoreHasNoPolicyAnyMore() throws SQLException {
        database.migrate(policies);
        String without = database.dump();
        database.migrate(policies.userColumn("user_id"));
        assertThat(database.dump()).isNotEqualTo(without);
        database.migrate(policies);
        assertThat(database.dump()).isEqualTo(without);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no force", "enable", "force"})
    void undoBringsBackWhatWasThereBefore(String rowSecurity) throws SQLException {
        database.asOwner("alter table items " + rowSecurity + " row level security");
        String before = database.dump();
        database.migrate(policies.userColumn("user_id"));
        database.migrate(policies);
        policies.undo(database.owner());
        assertThat(database.dump()).isEqualTo(before);
        policies.undo(database.owner());
        assertThat(database.dump()).isEqualTo(before);
    }

    @Test
    void undoOfOneFormTakesAnotherBackToo() throws SQLException {
        String before = database.dump();
        database.migrate(policies);
        TablePolicies.ownColumn("items").undo(database.owner());
        assertThat(database.dump()).isEqualTo(before);
    }

    @Test
    void undoNeverOpensATableThatHasOtherPolicies() throws SQLException {
        database.migrate(policies);
        database.asOwner("create policy kept on items as restrictive using (true)");
        policies.undo(database.owner());
        assertThat(database.catalog(POLICIES)).startsWith("kept ");
        assertThat(database.names(ACME)).isNull();
    }

    @Test
    void undoWithoutAMigrationChangesNothing() throws SQLException {
        database.asOwner("alter table items enable row level security;"
                + " create policy tenant_select_policy on items using (true)");
        String before = database.dump();
        policies.undo(database.owner());
        assertThat(database.dump()).isEqualTo(before);
    }

    @Test
    void policiesOfOthersAreKept() throws SQLException {
        var auditor = database.reviewed().database().createUser("auditor");
        database.asOwner("create policy audit on items for select to " + auditor.getUser() + " using (true)");
        database.asOwner("create policy no_anvils on items as restrictive using (name not like '%anvil')");
        database.migrate(policies);
        assertThat(database.catalog(POLICIES)).contains("audit SELECT", "no_anvils ALL RESTRICTIVE");
        assertThat(database.names(ACME)).isEqualTo("acme-rocket");
    }

    @Test
    void policiesThatWouldShowMoreAreRefused() throws SQLException {
        database.asOwner("create policy \"Show all\" on items using (true)");
        Refused.by(database.reviewed().database(), "55000", () -> policies.apply(database.owner()))
                .naming("\"Show all\" on public.items", "authenticated")
                .hinting("restrictive");
    }

    @Test
    void policiesOfSomebodyElseWithTheSameNamesAreRefused() throws SQLException {
        for (String name : new String[] {"select", "insert", "update", "delete", "own"}) {
            database.asOwner("create policy tenant_" + name + "_policy on items as restrictive using (true);"
                    + " comment on policy tenant_" + name + "_policy on items is 'ours'");
            Refused.by(database.reviewed().database(), "42710", () -> policies.apply(database.owner()))
                    .naming("tenant_" + name + "_policy on public.items")
                    .hinting("rename");
            database.asOwner("drop policy tenant_" + name + "_policy on items");
        }
    }

    @Test
    void aTableThatIsInUseIsGivenUpRatherThanHoldUpAllTraffic() throws SQLException {
        try (Connection busy = database.owner().getConnection()) {
            busy.setAutoCommit(false);
            ReviewedDatabase.first(busy, "select count(*) from items");
            Refused.by(
                            database.reviewed().database(),
                            "55P03",
                            () -> policies.lockTimeout(Duration.ofMillis(30)).apply(database.owner()))
                    .naming("public.items")
                    .hinting("pg_stat_activity", "lock_timeout");
            busy.rollback();
        }
    }

    @Test
    void anyNameWillDo() throws SQLException {
        database.asOwner("""
                create schema "Odd ""s"" \\schema";
                create schema "par.ent";
                alter table items set schema "Odd ""s"" \\schema";
                alter table "Odd ""s"" \\schema".items rename to "It's {Items}, all";
                alter table "Odd ""s"" \\schema"."It's {Items}, all" rename invoice_id to "Invoice ""Id"" \\, {1}";
                alter table "Odd ""s"" \\schema"."It's {Items}, all" rename organization_id to "Org";
                alter table invoices set schema "par.ent";
                alter table "par.ent".invoices rename to "It's {Items}, all";
                alter table "par.ent"."It's {Items}, all" rename id to "Invoice ""Id"" \\, {1}";
                alter table "par.ent"."It's {Items}, all" rename organization_id to "Org"
                """);
        String odd = "\"Odd \"\"s\"\" \\schema\".\"It's {Items}, all\"";
        database.asOwner("grant usage on schema \"Odd \"\"s\"\" \\schema\", \"par.ent\" to " + database.application());
        TablePolicies renamed = switch (form) {
            case OWN_COLUMN -> TablePolicies.ownColumn("It's {Items}, all");
            case THROUGH_PARENT, THROUGH_PARENT_FOR_LISTS ->
                TablePolicies.throughParent("It's {Items}, all", "It's {Items}, all")
                        .on("Invoice \"Id\" \\, {1}", "Invoice \"Id\" \\, {1}");
            case THROUGH_PARENT_BY_COMPOSITE_KEY, THROUGH_PARENT_BY_COMPOSITE_KEY_FOR_LISTS ->
                TablePolicies.throughParent("It's {Items}, all", "It's {Items}, all")
                        .on("number", "number")
                        .on("region", "region");
        };
        renamed = renamed.schema("Odd \"s\" \\schema");
        if (form != ItemsForm.OWN_COLUMN) {
            renamed = renamed.parentSchema("par.ent");
        }
        if (form.name().endsWith("FOR_LISTS")) {
            renamed = renamed.forLists();
        }
        renamed = renamed.organizationColumn("Org")
                .userColumn("user_id")
                .organizationSetting("My.org")
                .userSetting("My.usr");
        String before = database.dump();
        database.migrate(renamed);
        try (TenantDataSource bound = TenantDataSource.builder(
                                database.reviewed().application())
                        .organizationSetting("My.org")
                        .userSetting("My.usr")
                        .build();
                TenantContext.Scope scope = TenantContext.open(GLOBEX);
                Connection connection = bound.getConnection()) {
            assertThat(ReviewedDatabase.first(connection, ItemsDatabase.namesIn(odd)))
                    .isEqualTo(OF_GLOBEX);
        }
        renamed.undo(database.owner());
        assertThat(database.dump()).isEqualTo(before);
    }

    /** Settings carry names into the scripts, and last as long as the transaction. */
    @Test
    void scriptsInOneTransactionDoNotDisturbEachOther() throws SQLException {
        database.asAdministrator("alter table items owner to " + database.application());
        try (Connection tool = database.reviewed().database().administrator().getConnection();
                Statement statement = tool.createStatement()) {
            tool.setAutoCommit(false);
            statement.execute("set local role " + database.owner().getUser());
            statement.execute(SessionPolicies.ownColumn().sql());
            statement.execute("set local role " + database.application());
            statement.execute(policies.sql());
            tool.commit();
        }
        database.asAdministrator("grant authenticated to " + database.application());
        assertThat(database.names(ACME)).isEqualTo(OF_ACME);
    }

    @Test
    void theRoleIsCreatedWhenItIsMissing() throws SQLException {
        String role = "Role of " + database.application();
        try {
            policies.role(role).apply(database.owner());
            assertThat(database.catalog(POLICIES)).contains("SELECT PERMISSIVE {\"" + role + "\"}");
        } finally {
            policies.undo(database.owner());
            database.asAdministrator("drop role \"" + role + "\"");
        }
    }

    @Test
    void aParentMayHavePoliciesOfItsOwn() throws SQLException {
        database.migrate(TablePolicies.ownColumn("invoices"));
        database.migrate(policies);
        assertThat(database.names(ACME)).isEqualTo(OF_ACME);
        assertThat(database.query(ACME, "select count(*) from invoices")).isEqualTo("2");
    }
}
