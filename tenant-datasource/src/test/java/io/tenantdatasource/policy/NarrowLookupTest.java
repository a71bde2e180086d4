package io.tenantdatasource.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NarrowLookupTest {

    private static final NarrowLookup BY_EMAIL =
            NarrowLookup.by("users", "email").returning("id");

    static Stream<NarrowLookup> lookups() {
        return Stream.of(
                BY_EMAIL, BY_EMAIL.ignoringCase(), BY_EMAIL.byHash(), BY_EMAIL.secret(), BY_EMAIL.severalRows());
    }

    @ParameterizedTest
    @MethodSource("lookups")
    void everyVariableOfTheScriptsIsFilledIn(NarrowLookup lookup) {
        assertThat(lookup.sql()).doesNotContainPattern(":[\"']\\w+[\"']");
        assertThat(lookup.undoSql()).doesNotContainPattern(":[\"']\\w+[\"']");
    }

    @ParameterizedTest
    @MethodSource("lookups")
    void namesAreQuotedAndWithersLeaveTheOriginalAlone(NarrowLookup lookup) {
        String before = lookup.sql();
        assertThat(lookup.role("My 'role'")
                        .function("My 'function'")
                        .schema("My 'schema'")
                        .lockTimeout(Duration.ofMillis(7))
                        .sql())
                .contains("'My ''role'''")
                .contains("'My ''function'''")
                .contains("'My ''schema'''")
                .contains("'7ms'");
        assertThat(lookup.sql()).isEqualTo(before);
    }

    @Test
    void namesThatNothingCanHaveAreRefused() {
        for (String bad : List.of("", " ", "a\0b", "x".repeat(64), "tenant_datasource_row", "tenant_datasource_rows")) {
            assertThatThrownBy(() -> BY_EMAIL.role(bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> BY_EMAIL.function(bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> BY_EMAIL.schema(bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> NarrowLookup.by(bad, "email")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> NarrowLookup.by("users", bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> NarrowLookup.by("users", "email").returning(bad))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> NarrowLookup.by("auth.users", "email"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("schema(…)");
        assertThatThrownBy(() -> NarrowLookup.by("users", "email").returning("id", "id"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void oneWayToCompareIsChosen() {
        assertThatThrownBy(() -> BY_EMAIL.secret().ignoringCase())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ignoringCase()");
        assertThat(BY_EMAIL.secret().secret().sql()).isEqualTo(BY_EMAIL.secret().sql());
    }

    @Test
    void longNamesThatStartAlikeAreTwoFunctions() {
        String table = "t".repeat(60);
        assertThat(functionOf(NarrowLookup.by(table, "email").returning("id")))
                .hasSize(63)
                .isNotEqualTo(functionOf(NarrowLookup.by(table, "token").returning("id")));
        assertThat(functionOf(BY_EMAIL)).isEqualTo("users_by_email");
    }

    private static String functionOf(NarrowLookup lookup) {
        return lookup.undoSql().replaceAll("(?s).*\\('function_name', '([^']+)'\\).*", "$1");
    }

    @Test
    void whatNoColumnCanHoldIsNotSent() throws SQLException {
        DataSource dataSource = mock();
        for (String noValue : new String[] {null, "", "a\0", "a\uD800"}) {
            assertThat(BY_EMAIL.find(dataSource, noValue)).isEmpty();
            assertThat(BY_EMAIL.findAll(dataSource, noValue)).isEmpty();
        }
        verifyNoInteractions(dataSource);
    }

    @Test
    void aFoundRowNamesItsColumnsAndHidesItsValues() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("id", 7);
        values.put("password_hash", "secret");
        values.put("phone", null);
        FoundRow row = new FoundRow(values);
        values.clear();

        assertThat(row).hasToString("FoundRow[id, password_hash, phone]");
        assertThat(row.get("id", Integer.class)).isEqualTo(7);
        assertThat(row.text("id")).isEqualTo("7");
        assertThat(row.text("phone")).isNull();
        assertThat(row.get("phone", String.class)).isNull();
        assertThatThrownBy(() -> row.get("id", String.class)).isInstanceOf(ClassCastException.class);
        assertThatThrownBy(() -> row.values().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> row.get("name"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "The look-up returns no column \"name\", but [id, password_hash, phone]; add it to returning(…)");
    }
}
