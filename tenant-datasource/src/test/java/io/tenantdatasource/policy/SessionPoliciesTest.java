package io.tenantdatasource.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionPoliciesTest {

    static Stream<BiFunction<SessionPolicies, String, SessionPolicies>> identifiers() {
        return Stream.of(
                SessionPolicies::schema,
                SessionPolicies::sessionsTable,
                (policies, name) -> policies.sessionsTable(name, "t"),
                (policies, name) -> policies.sessionsTable("s", name),
                (policies, name) -> policies.cleanupRole("r").sessionTokenColumn(name),
                SessionPolicies::sessionUserColumn,
                SessionPolicies::sessionOrganizationColumn,
                SessionPolicies::sessionCreatedColumn,
                SessionPolicies::sessionExpiresColumn,
                SessionPolicies::usersTable,
                (policies, name) -> policies.usersTable(name, "t"),
                (policies, name) -> policies.usersTable("s", name),
                SessionPolicies::usersIdColumn,
                SessionPolicies::usersOrganizationColumn,
                SessionPolicies::role,
                SessionPolicies::cleanupRole);
    }

    @ParameterizedTest
    @MethodSource("identifiers")
    void namesAreQuoted(BiFunction<SessionPolicies, String, SessionPolicies> wither) {
        SessionPolicies policies = wither.apply(SessionPolicies.ownColumn(), "My \"odd\" n'äme");
        assertThat(policies.sql())
                .containsAnyOf("\"My \"\"odd\"\" n'äme\"", "'My \"odd\" n''äme'")
                .doesNotContain("My \"odd\" n'äme");
    }

    @ParameterizedTest
    @MethodSource("identifiers")
    void namesThatNothingCanHaveAreRefused(BiFunction<SessionPolicies, String, SessionPolicies> wither) {
        SessionPolicies policies = SessionPolicies.throughUsers();
        for (String bad : List.of("", " ", "a\0b", "x".repeat(64), "ä".repeat(32), "a\uD800")) {
            assertThatThrownBy(() -> wither.apply(policies, bad)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> wither.apply(policies, null)).isInstanceOf(NullPointerException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"organization", "app.organization'id", "app.", ""})
    void settingNamesThatTheServerDoesNotTakeAreRefused(String name) {
        SessionPolicies policies = SessionPolicies.throughUsers();
        assertThatThrownBy(() -> policies.organizationSetting(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> policies.userSetting(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesOfOurOwnObjectsAreNotCutOffByTheServer() {
        assertThat(SessionPolicies.ownColumn().sessionsTable("ä".repeat(31)).sql())
                .contains("'" + "ä".repeat(19) + "_organization_newest_idx'");
    }

    @Test
    void batchesFillSomethingAndPausesAreNotNegative() {
        SessionPolicies policies = SessionPolicies.ownColumn();
        assertThatThrownBy(() -> policies.batchPages(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> policies.batchPause(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSchemaAndATableInOneNameAreToldApart() {
        assertThatThrownBy(() -> SessionPolicies.throughUsers().sessionsTable("auth.sessions"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two arguments");
    }

    @Test
    void aTableThatTheScriptsAliasWouldHideIsRefused() {
        assertThatThrownBy(() -> SessionPolicies.throughUsers().sessionsTable("tenant_datasource_user"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(SessionPolicies.throughUsers().sql()).contains("'tenant_datasource_user'");
    }

    @Test
    void withersLeaveTheOriginalAlone() {
        SessionPolicies original = SessionPolicies.throughUsers();
        String before = original.sql();
        assertThat(original.sessionsTable("other").sql()).isNotEqualTo(before);
        assertThat(original.sql()).isEqualTo(before);
    }

    @Test
    void everyVariableOfTheScriptsIsFilledIn() {
        for (SessionPolicies policies : List.of(
                SessionPolicies.throughUsers(),
                SessionPolicies.ownColumn(),
                SessionPolicies.ownColumn().cleanupRole("r"))) {
            assertThat(policies.sql()).doesNotContainPattern(":[\"']\\w+[\"']");
            assertThat(policies.undoSql()).doesNotContainPattern(":[\"']\\w+[\"']");
        }
    }

    @Test
    void settingNamesReachThePolicies() {
        SessionPolicies policies =
                SessionPolicies.throughUsers().organizationSetting("my.org").userSetting("my.usr");
        assertThat(policies.sql())
                .contains("'my.org'")
                .contains("'my.usr'")
                .doesNotContain("app.organization_id", "app.user_id");
    }

    @Test
    void lockTimeoutHasToBeOneThatPostgresTakesAndThatEnds() {
        SessionPolicies policies = SessionPolicies.throughUsers();
        assertThat(policies.lockTimeout(Duration.ofSeconds(2)).sql()).contains("set local lock_timeout = '2000ms'");
        assertThat(policies.lockTimeout(Duration.ofSeconds(2)).undoSql()).contains("lock_timeout = '2000ms'");
        for (Duration bad : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofNanos(1), Duration.ofDays(100))) {
            assertThatThrownBy(() -> policies.lockTimeout(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
