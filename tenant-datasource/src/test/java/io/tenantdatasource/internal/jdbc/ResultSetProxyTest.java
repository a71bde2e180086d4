package io.tenantdatasource.internal.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** What stands before a result set on a JDK whose ResultSet has more methods than GuardedResultSet. */
class ResultSetProxyTest {

    private final ResultSet driversOwn = mock();
    private final Connection physical = mock();
    private final Binding binding = mock();
    private final Connection connection = GuardedConnection.of(physical, binding);
    private final ResultSet resultSet = (ResultSet)
            new JdbcProxy(driversOwn, ResultSet.class, null, (GuardedConnection) Proxy.getInvocationHandler(connection))
                    .proxy();

    @Test
    void forwards() throws SQLException {
        when(driversOwn.getInt(2)).thenReturn(7);
        assertThat(resultSet.getInt(2)).isEqualTo(7);
    }

    @Test
    void leadsBackToItsConnection() throws SQLException {
        Statement driversStatement = mock();
        when(driversOwn.getStatement()).thenReturn(driversStatement);
        when(driversStatement.getConnection()).thenReturn(physical);
        assertThat(resultSet.getStatement().getConnection()).isSameAs(connection);
    }

    @Test
    void asksBeforeItSendsARow() throws SQLException {
        doThrow(new SQLException("refused")).when(binding).permit();
        assertThatThrownBy(resultSet::updateRow).hasMessage("refused");
        verify(driversOwn, never()).updateRow();
    }

    @Test
    void isClosedWithItsConnection() throws SQLException {
        connection.close();
        assertThat(resultSet.isClosed()).isTrue();
        assertThatThrownBy(resultSet::next).hasMessageContaining("next() was not run");
    }
}
