package io.tenantdatasource.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SessionLoginTest {

    static Stream<SessionLogin> logins() {
        return Stream.of(SessionPolicies.throughUsers(), SessionPolicies.ownColumn())
                .flatMap(policies -> Stream.of(SessionLogin.byToken(policies), SessionLogin.byTokenHash(policies)));
    }

    @ParameterizedTest
    @MethodSource("logins")
    void everyVariableOfTheScriptsIsFilledIn(SessionLogin login) {
        assertThat(login.sql()).doesNotContainPattern(":[\"']\\w+[\"']");
        assertThat(login.undoSql()).doesNotContainPattern(":[\"']\\w+[\"']");
    }

    @ParameterizedTest
    @MethodSource("logins")
    void namesAreQuotedAndWithersLeaveTheOriginalAlone(SessionLogin login) {
        String before = login.sql();
        assertThat(login.loginRole("My 'role'").loginFunction("My 'function'").sql())
                .contains("'My ''role'''")
                .contains("'My ''function'''");
        assertThat(login.sql()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("logins")
    void namesThatNothingCanHaveAreRefused(SessionLogin login) {
        for (String bad : List.of("", " ", "a\0b", "x".repeat(64))) {
            assertThatThrownBy(() -> login.loginRole(bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> login.loginFunction(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whatCannotBeATokenIsNotSent() throws SQLException {
        DataSource dataSource = mock();
        for (String noToken : new String[] {null, "", "a\0", "a\uD800"}) {
            assertThat(SessionLogin.byToken(SessionPolicies.throughUsers()).tenantOf(dataSource, noToken))
                    .isEmpty();
        }
        verifyNoInteractions(dataSource);
    }
}
