package io.tenantdatasource.it.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.it.Sql;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.wire.Wire;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A driver that knows several hosts goes to the next one, and the connection from there is bound like any other. */
@ParameterizedClass
@EnumSource
class FailOverTest {

    private static final Tenant TENANT = Tenant.of("acme");

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    private final PGSimpleDataSource server = DATABASE.administrator();

    @Parameter
    private TenantBinding binding;

    @ParameterizedTest
    @ValueSource(strings = {"any", "primary", "preferPrimary", "preferSecondary"})
    void aHostThatIsDownIsPassedOver(String targetServerType) throws SQLException {
        try (TenantDataSource pool = pool("127.0.0.1:1," + host(server), targetServerType)) {
            assertThat(query(pool, Sql.ORGANIZATION)).isEqualTo("acme");
        }
    }

    @Test
    void theNextCheckoutIsBoundAtTheNextHostOnceTheFirstIsDown() throws SQLException {
        PGSimpleDataSource first = DATABASE.administrator();
        try (Wire wire = Wire.before(first);
                TenantDataSource pool = pool(host(first) + "," + host(server), "primary")) {
            query(pool, Sql.BACKEND);
            assertThat(wire.connections()).isPositive();
            wire.refuse();
            wire.cut();

            assertThat(queryAfterTheLoss(pool)).isEqualTo("acme");
        }
    }

    @Test
    void aConnectionThatIsLostInATransactionIsReplacedByABoundOne() throws SQLException {
        try (TenantDataSource pool = pool(host(server), "any");
                TenantContext.Scope scope = TenantContext.open(TENANT)) {
            Connection lost = pool.getConnection();
            lost.setAutoCommit(false);
            terminate(Sql.query(lost, Sql.BACKEND));
            assertThatThrownBy(() -> Sql.query(lost, Sql.ORGANIZATION)).isInstanceOf(SQLException.class);
            lost.close(); // its end was told

            assertThat(query(pool, Sql.ORGANIZATION)).isEqualTo("acme");
        }
    }

    private TenantDataSource pool(String hosts, String targetServerType) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://" + hosts + "/" + server.getDatabaseName() + "?targetServerType="
                + targetServerType);
        config.setUsername(server.getUser());
        config.setPassword(server.getPassword());
        config.setMaximumPoolSize(1);
        return TenantDataSource.builder(new HikariDataSource(config))
                .databaseCheck(false)
                .binding(binding)
                .build();
    }

    private static String host(PGSimpleDataSource server) {
        return server.getServerNames()[0] + ":" + server.getPortNumbers()[0];
    }

    private static void terminate(String process) {
        DATABASE.execute("select pg_terminate_backend(" + process + ", 10000)");
    }

    private static String query(TenantDataSource pool, String sql) throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(TENANT)) {
            return Sql.query(pool, sql);
        }
    }

    /** The pool does not test a connection that was in use a moment ago, so the loss may come out once. */
    private static String queryAfterTheLoss(TenantDataSource pool) throws SQLException {
        try {
            return query(pool, Sql.ORGANIZATION);
        } catch (SQLException loss) {
            return query(pool, Sql.ORGANIZATION);
        }
    }
}
