package io.tenantdatasource.internal.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.contains;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.tenantdatasource.internal.jdbc.JdbcCall;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** More rows of an open result are fetched only where the session was told, or can give none any more. */
class FetchedRowsTest {

    private final Connection physical = mock();
    private final Statement statement = mock();
    private boolean isDestroyed;
    private SessionTeller teller;

    @BeforeEach
    void runWhatMayHaveChangedTheSession() throws Throwable {
        when(physical.createStatement()).thenReturn(statement);
        AtConnect atConnect =
                new AtConnect(new Inventory("session", 0, "none", "app", "", "", ""), List.of(""), Set.of(), Map.of());
        SessionSettings settings = new SessionSettings(List.of("app.organization_id"), false);
        teller = new SessionTeller(new CheckedConnection(physical, settings, List.of("acme"), atConnect, cause -> {
            isDestroyed = true;
            return cause;
        }));
        teller.driverCall(JdbcCall.Kind.UNLISTED, () -> null);
        when(statement.execute(contains("set \"app\""))).thenThrow(new SQLException("not told"));
    }

    @Test
    void isDestroyedIfItIsNotToldAndTakesStatements() {
        assertThatThrownBy(teller::beforeFetch).hasMessage("not told");
        assertThat(isDestroyed).isTrue();
    }

    /** Rows that the driver has already are read on. */
    @Test
    void goesOnIfTheBlockHasFailed() throws SQLException {
        when(statement.execute(eq("select 1"))).thenThrow(new SQLException("aborted"));
        assertThatCode(teller::beforeFetch).doesNotThrowAnyException();
        assertThat(isDestroyed).isFalse();
    }
}
