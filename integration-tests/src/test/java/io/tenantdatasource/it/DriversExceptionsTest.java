package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What the driver throws comes out as the same object, so with its own class, state and stack trace. */
class DriversExceptionsTest {

    private final Connection physical = mock();

    @Test
    void checkedAndUncheckedOnesComeOutAsTheyAre() throws SQLException {
        Connection connection = checkout();
        Statement driversOwn = mock();
        SQLException checked = new SQLException("checked");
        Error unchecked = new AssertionError("unchecked");
        when(physical.createStatement()).thenReturn(driversOwn);
        when(driversOwn.executeQuery("checked")).thenThrow(checked);
        when(driversOwn.executeQuery("unchecked")).thenThrow(unchecked);
        when(physical.nativeSQL("checked")).thenThrow(checked);

        Statement statement = connection.createStatement();
        assertThatThrownBy(() -> statement.executeQuery("checked")).isSameAs(checked);
        assertThatThrownBy(() -> statement.executeQuery("unchecked")).isSameAs(unchecked);
        assertThatThrownBy(() -> connection.nativeSQL("checked")).isSameAs(checked);
    }

    private Connection checkout() throws SQLException {
        DataSource pool = mock();
        when(pool.getConnection()).thenReturn(physical);
        when(physical.prepareStatement(anyString())).thenReturn(mock());
        try (TenantContext.Scope scope = TenantContext.open(ACME)) {
            return TenantDataSource.wrap(pool).getConnection();
        }
    }
}
