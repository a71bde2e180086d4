package io.tenantdatasource.internal.pgjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.internal.binding.SessionRole;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectedSessionTest {

    private static final List<String> NAMES = List.of("app.organization_id", "app.user_id");

    @Test
    void isOneComparisonOfAllThatItIs() {
        assertThat(new ExpectedSession("none", "app", List.of("", "")).condition(NAMES))
                .isEqualTo("pg_catalog.concat(current_user,'-',session_user,'-',"
                        + "pg_catalog.current_setting('app.organization_id',true),'-',"
                        + "pg_catalog.current_setting('app.user_id',true))"
                        + "operator(pg_catalog.=)any(array['app-app--'])");
    }

    @Test
    void worksAsTheRoleThatItAssumesWhereItDoes() {
        assertThat(new ExpectedSession("readers", "app", List.of("", "")).condition(NAMES))
                .contains("'readers-app--'");
    }

    @Test
    void mayHoldADefaultOrNothingInEachSetting() {
        assertThat(new ExpectedSession("none", "app", List.of("acme", "42")).condition(NAMES))
                .contains("array['app-app--','app-app--42','app-app-acme-','app-app-acme-42']");
    }

    /** Or two sessions that differ could be one text. */
    @ParameterizedTest
    @CsvSource({"my-app, '', E'\\u002e'", "my-app, a.b, E'\\u002f'", "app, a-b, E'\\u002e'", "app, ab, '-'"})
    void isSeparatedByWhatIsInNoneOfItsParts(String user, String tenantDefault, String separator) {
        assertThat(new ExpectedSession("none", user, List.of(tenantDefault, "")).condition(NAMES))
                .contains("current_user," + (separator.equals("-") ? "'-'" : separator) + ",session_user,");
    }

    @Test
    void refusesWhoWorksAsSomebodyElse() {
        ExpectedSession expected = new ExpectedSession("none", "app", List.of());
        assertThatCode(() -> expected.require(new SessionRole("none", "app"))).doesNotThrowAnyException();
        for (SessionRole other : List.of(new SessionRole("readers", "app"), new SessionRole("none", "other"))) {
            assertThatThrownBy(() -> expected.require(other))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("another role");
        }
    }
}
