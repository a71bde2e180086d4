package io.tenantdatasource.it;

import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.ShardingKey;
import java.sql.ShardingKeyBuilder;
import javax.sql.DataSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The data source itself, as a wrapper around a pool. */
class WrappingTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Test
    void wrappingTwiceIsRefused() {
        try (TenantDataSource once = TenantDataSource.wrap(DATABASE.administrator())) {
            assertThatThrownBy(() -> TenantDataSource.wrap(once))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("already")
                    .hasMessageContaining("wrap the pool once");
        }
    }

    @Test
    void wrappingAProxyThatHidesAWrappedPoolIsRefused() throws SQLException {
        DataSource proxy = mock();
        when(proxy.isWrapperFor(TenantDataSource.class)).thenReturn(true);
        assertThatThrownBy(() -> TenantDataSource.wrap(proxy)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPoolThatCannotTellWhetherItIsWrappedIsRefused() throws SQLException {
        DataSource router = mock();
        IllegalStateException noTarget = new IllegalStateException("no target");
        when(router.isWrapperFor(TenantDataSource.class)).thenThrow(noTarget);
        assertThatThrownBy(() -> TenantDataSource.wrap(router))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Could not tell whether")
                .hasCause(noTarget);
    }

    @Test
    void closeClosesThePoolOnce() throws Exception {
        DataSource pool = mock(DataSource.class, withSettings().extraInterfaces(AutoCloseable.class));
        TenantDataSource dataSource = TenantDataSource.wrap(pool);

        dataSource.close();
        dataSource.close();

        verify((AutoCloseable) pool).close();
        assertThatThrownBy(dataSource::getConnection)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));
    }

    @Test
    void closeIsNothingToAPoolThatCannotBeClosed() {
        TenantDataSource dataSource = TenantDataSource.wrap(DATABASE.administrator());
        dataSource.close();
        assertThatThrownBy(dataSource::getConnection).hasMessageContaining("has been closed");
    }

    @Test
    void unwrapReachesThePool() throws SQLException {
        DataSource pool = Pool.HIKARI.over(DATABASE.administrator());
        try (TenantDataSource dataSource = TenantDataSource.wrap(pool)) {
            assertThat(dataSource.isWrapperFor(HikariDataSource.class)).isTrue();
            assertThat(dataSource.unwrap(HikariDataSource.class)).isSameAs(pool);
            assertThat(dataSource.unwrap(PGSimpleDataSource.class)).isNotNull();
            assertThat(dataSource.unwrap(DataSource.class)).isSameAs(dataSource);
            assertThat(dataSource.unwrap(TenantDataSource.class)).isSameAs(dataSource);
            assertThat(dataSource.isWrapperFor(String.class)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(TenantBinding.class)
    void bothWaysToCheckOutAreBound(TenantBinding binding) throws SQLException {
        PGSimpleDataSource user = DATABASE.createUser("app");
        try (TenantDataSource dataSource = TenantDataSource.builder(DATABASE.administrator())
                        .binding(binding)
                        .build();
                TenantContext.Scope scope = TenantContext.open(ACME);
                Connection own = dataSource.getConnection();
                Connection others = dataSource.getConnection(user.getUser(), user.getPassword())) {
            assertThat(Sql.query(own, ORGANIZATION)).isEqualTo(ACME.organizationId());
            assertThat(Sql.query(others, ORGANIZATION)).isEqualTo(ACME.organizationId());
            assertThat(Sql.query(others, "select current_user")).isEqualTo(user.getUser());
        }
    }

    @ParameterizedTest
    @EnumSource(TenantBinding.class)
    void whatThePoolsConnectionBuilderBuildsIsBound(TenantBinding binding) throws SQLException {
        DataSource pool = mock();
        ConnectionBuilder poolsBuilder = mock();
        ShardingKey key = mock();
        when(pool.createConnectionBuilder()).thenReturn(poolsBuilder);
        when(poolsBuilder.build()).thenReturn(DATABASE.administrator().getConnection());

        try (TenantDataSource dataSource =
                        TenantDataSource.builder(pool).binding(binding).build();
                TenantContext.Scope scope = TenantContext.open(ACME);
                Connection connection = dataSource
                        .createConnectionBuilder()
                        .user("u")
                        .password("p")
                        .shardingKey(key)
                        .superShardingKey(key)
                        .build()) {
            assertThat(Sql.query(connection, ORGANIZATION)).isEqualTo(ACME.organizationId());
        }
        verify(poolsBuilder).user("u");
        verify(poolsBuilder).password("p");
        verify(poolsBuilder).shardingKey(key);
        verify(poolsBuilder).superShardingKey(key);
    }

    @Test
    void whereThePoolHasNoConnectionBuilderThereIsNone() {
        try (TenantDataSource dataSource = TenantDataSource.wrap(DATABASE.administrator())) {
            assertThatThrownBy(dataSource::createConnectionBuilder).isInstanceOf(SQLFeatureNotSupportedException.class);
        }
    }

    @Test
    void theRestIsThePools() throws SQLException {
        DataSource pool = mock();
        ShardingKeyBuilder keys = mock();
        when(pool.getLoginTimeout()).thenReturn(7);
        when(pool.createShardingKeyBuilder()).thenReturn(keys);
        try (TenantDataSource dataSource = TenantDataSource.wrap(pool)) {
            assertThat(dataSource.getLoginTimeout()).isEqualTo(7);
            assertThat(dataSource.createShardingKeyBuilder()).isSameAs(keys);
            dataSource.setLoginTimeout(3);
            dataSource.setLogWriter(null);
            dataSource.getLogWriter();
            dataSource.getParentLogger();
        }
        verify(pool).setLoginTimeout(3);
        verify(pool).setLogWriter(any());
        verify(pool).getLogWriter();
        verify(pool).getParentLogger();
    }
}
