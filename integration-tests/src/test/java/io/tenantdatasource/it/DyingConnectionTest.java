package io.tenantdatasource.it;

import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Promise 5 for what neither a server nor the wire can be made to do. */
class DyingConnectionTest {

    private final DataSource pool = mock();
    private final Connection physical = mock();
    private final PreparedStatement setAll = mock();
    private final TenantDataSource dataSource = TenantDataSource.wrap(pool);

    @BeforeEach
    void poolHasOneConnection() throws SQLException {
        when(pool.getConnection()).thenReturn(physical);
        when(physical.getAutoCommit()).thenReturn(true);
        when(physical.prepareStatement(anyString())).thenReturn(setAll);
    }

    @Test
    void isDestroyedWhateverStepOfBindingFails() throws SQLException {
        doThrow(new SQLException("late", "08006")).when(setAll).close();

        assertThatThrownBy(this::checkout).hasMessageContaining("late");

        verify(physical).abort(any());
    }

    @Test
    void isDestroyedOnAnErrorThatIsNoSqlException() throws SQLException {
        Error bug = new AssertionError("a bug in the driver");
        when(setAll.execute()).thenThrow(bug);

        assertThatThrownBy(this::checkout).isSameAs(bug);

        verify(physical).abort(any());
        verify(physical).close();
    }

    @Test
    void isKeptOutOfThePoolWhenItCannotEvenBeAborted() throws SQLException {
        Connection connection = checkout();
        when(setAll.execute()).thenThrow(new SQLException("no", "XX000"));
        doThrow(new SQLFeatureNotSupportedException("abort")).when(physical).abort(any());

        assertThatThrownBy(connection::close).hasMessageContaining("Could not reset");

        verify(physical, never()).close();
    }

    /** The stack that was full when it was to be aborted has room again when it goes back. */
    @Test
    void isAbortedOnReturnWhereThatFailedBefore() throws SQLException {
        Connection connection = checkout();
        Statement statement = mock();
        when(physical.createStatement()).thenReturn(statement);
        when(statement.execute(anyString())).thenThrow(new StackOverflowError());
        doThrow(new StackOverflowError()).doNothing().when(physical).abort(any());

        assertThatThrownBy(() -> connection.createStatement().execute("select 1"))
                .isInstanceOf(StackOverflowError.class);
        verify(physical, never()).close();
        connection.close();

        verify(physical, times(2)).abort(any());
        verify(physical).close();
    }

    @Test
    void errorOfThePoolsOwnCloseComesOut() throws SQLException {
        Connection connection = checkout();
        SQLException failure = new SQLException("pool is broken");
        doThrow(failure).when(physical).close();

        assertThatThrownBy(connection::close).isSameAs(failure);
    }

    @Test
    void isResetAndClosedExactlyOnce() throws SQLException {
        Connection connection = checkout();
        clearInvocations(setAll);

        connection.close();
        connection.close();

        verify(setAll, times(1)).execute();
        verify(physical).close();
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void canBeAbortedWhileItsResetHangs() throws Exception {
        Connection driversOwn = mock();
        CountDownLatch resetting = new CountDownLatch(1);
        CountDownLatch broken = new CountDownLatch(1);
        when(physical.unwrap(Connection.class)).thenReturn(driversOwn);
        Connection connection = checkout();
        when(setAll.execute()).thenAnswer(call -> {
            resetting.countDown();
            assertThat(broken.await(10, TimeUnit.SECONDS)).isTrue();
            throw new SQLException("broken pipe", "08006");
        });
        doAnswer(call -> {
                    broken.countDown();
                    return null;
                })
                .when(driversOwn)
                .abort(any());

        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<?> closing = thread.submit(() -> {
            connection.close();
            return null;
        });
        assertThat(resetting.await(10, TimeUnit.SECONDS)).isTrue();
        connection.abort(Runnable::run);

        assertThatThrownBy(closing::get).cause().hasMessageContaining("broken pipe");
        verify(physical).abort(any());
        verify(physical).close();
        thread.shutdown();
    }

    private Connection checkout() throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(ACME)) {
            return dataSource.getConnection();
        }
    }
}
