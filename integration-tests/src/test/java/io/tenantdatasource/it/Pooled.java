package io.tenantdatasource.it;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What is otherwise where a pooler lends a session to each transaction, as {@code docs/binding.md} tells. */
final class Pooled {

    private Pooled() {}

    static void assertNeedsItsOwnSession(ThrowingCallable call) {
        assertRefused("0A000", call);
    }

    static void assertMayNotCommit(ThrowingCallable procedure) {
        assertRefused("2D000", procedure);
    }

    /** The session is another one by now, and a cursor or a prepared statement stays in its own. */
    static void assertRefused(String state, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(SQLException.class)
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo(state);
    }
}
