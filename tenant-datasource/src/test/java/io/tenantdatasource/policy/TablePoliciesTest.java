package io.tenantdatasource.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TablePoliciesTest {

    private static final TablePolicies ITEMS = TablePolicies.throughParent("items", "invoices");

    static Stream<BiFunction<TablePolicies, String, TablePolicies>> identifiers() {
        return Stream.of(
                (policies, name) -> TablePolicies.ownColumn(name),
                (policies, name) -> TablePolicies.throughParent(name, "p"),
                (policies, name) -> TablePolicies.throughParent("t", name),
                TablePolicies::schema,
                TablePolicies::parentSchema,
                TablePolicies::organizationColumn,
                TablePolicies::userColumn,
                TablePolicies::view,
                (policies, name) -> policies.view(name, "v"),
                (policies, name) -> policies.view("s", name),
                (policies, name) -> policies.on(name, "c"),
                (policies, name) -> policies.on("c", name),
                TablePolicies::role);
    }

    @ParameterizedTest
    @MethodSource("identifiers")
    void namesAreQuoted(BiFunction<TablePolicies, String, TablePolicies> wither) {
        assertThat(wither.apply(ITEMS, "My \"odd\" n'äme").sql())
                .containsAnyOf("\"My \"\"odd\"\" n'äme\"", "'My \"odd\" n''äme'", "\"My \\\\\"odd\\\\\" n''äme\"")
                .doesNotContain("My \"odd\" n'äme");
    }

    @ParameterizedTest
    @MethodSource("identifiers")
    void namesThatNothingCanHaveAreRefused(BiFunction<TablePolicies, String, TablePolicies> wither) {
        for (String bad : List.of("", " ", "a\0b", "x".repeat(64), "a\uD800")) {
            assertThatThrownBy(() -> wither.apply(ITEMS, bad)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> wither.apply(ITEMS, null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void settingNamesThatTheServerDoesNotTakeAreRefused() {
        assertThatThrownBy(() -> ITEMS.organizationSetting("organization"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ITEMS.userSetting("app.user'id")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lockTimeoutHasToEnd() {
        assertThatThrownBy(() -> ITEMS.lockTimeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThat(ITEMS.lockTimeout(Duration.ofSeconds(2)).sql()).contains("lock_timeout = '2000ms'");
    }

    @Test
    void aSchemaAndATableInOneNameAreToldApart() {
        assertThatThrownBy(() -> TablePolicies.ownColumn("billing.invoices"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("schema(");
    }

    @Test
    void namesThatTheScriptsAliasWouldHideAreRefused() {
        assertThatThrownBy(() -> TablePolicies.ownColumn("tenant_datasource_parent"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rename that table");
        assertThat(ITEMS.sql()).contains("'tenant_datasource_parent'");
    }

    @Test
    void whatIsForAParentIsRefusedWhereThereIsNone() {
        TablePolicies ownColumn = TablePolicies.ownColumn("invoices");
        assertThatThrownBy(() -> ownColumn.on("a", "b"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("\"invoices\"");
        assertThatThrownBy(() -> ownColumn.parentSchema("s")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void withersLeaveTheOriginalAlone() {
        String before = ITEMS.sql();
        assertThat(ITEMS.on("a", "b").view("v").role("r").sql()).isNotEqualTo(before);
        assertThat(ITEMS.sql()).isEqualTo(before);
    }

    @Test
    void everyVariableOfTheScriptsIsFilledIn() {
        for (TablePolicies policies : List.of(TablePolicies.ownColumn("t"), ITEMS)) {
            assertThat(policies.sql()).doesNotContainPattern(":[\"']\\w+[\"']");
            assertThat(policies.undoSql()).doesNotContainPattern(":[\"']\\w+[\"']");
        }
    }

    @Test
    void aViewIsInTheTablesSchemaUnlessItIsNamedWithOne() {
        assertThat(ITEMS.view("v").schema("s").view("reports", "w").sql())
                .contains("{{\"s\",\"v\"},{\"reports\",\"w\"}}");
    }

    @Test
    void theScriptOfOneOrganizationKnowsNothingOfSeveral() {
        assertThat(ITEMS.sql()).doesNotContain("organizations_setting", "--if", "--end");
        assertThat(ITEMS.organizationsSetting("app.organization_ids").sql())
                .contains("'app.organization_ids'")
                .doesNotContain("--if", "--end");
    }

    @Test
    void theSettingOfSeveralOrganizationsIsNoOther() {
        for (ThrowingCallable named : List.<ThrowingCallable>of(
                () -> ITEMS.organizationsSetting("App.Organization_Id"),
                () -> ITEMS.organizationsSetting("app.user_id"),
                () -> ITEMS.organizationsSetting("app.ids").organizationSetting("app.IDS"),
                () -> ITEMS.organizationsSetting("app.ids").userSetting("app.ids"))) {
            assertThatThrownBy(named)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a setting of its own");
        }
    }
}
