package io.tenantdatasource.it;

import static io.tenantdatasource.it.Sql.ORGANIZATION;
import static io.tenantdatasource.it.Wrapped.ACME;
import static io.tenantdatasource.it.Wrapped.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.TestDatabase;
import io.tenantdatasource.test.wire.Wire;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/** What docs/pools.md says of the pools that the other tests do not use: bound, clean, and whole after a connection's end. */
@ParameterizedClass
@MethodSource("poolsAndBindings")
class OtherPoolsTest {

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Parameter(0)
    private OtherPool pool;

    @Parameter(1)
    private TenantBinding binding;

    private Wire wire;
    private DataSource inside;
    private TenantDataSource dataSource;

    static Stream<Arguments> poolsAndBindings() {
        return Stream.of(OtherPool.values())
                .flatMap(pool -> Stream.of(TenantBinding.values()).map(binding -> Arguments.of(pool, binding)));
    }

    @BeforeEach
    void open() {
        PGSimpleDataSource server = DATABASE.createUser("app");
        wire = Wire.before(server);
        inside = pool.over(server);
        dataSource = TenantDataSource.builder(inside)
                .binding(binding)
                .databaseCheck(false)
                .build();
    }

    @AfterEach
    void close() throws SQLException {
        pool.close(inside);
        wire.close();
    }

    @Test
    void eachCheckoutIsBoundAndComesBackClean() throws SQLException {
        for (Tenant tenant : new Tenant[] {ACME, GLOBEX, ACME}) {
            assertThat(queryAs(tenant)).isEqualTo(tenant.organizationId());
            assertClean();
        }
    }

    @Test
    void whatIsUnwrappedIsBoundAndComesBackClean() throws SQLException {
        try (Connection connection = checkout(ACME)) {
            Connection driver = (Connection) connection.unwrap(PGConnection.class);
            assertThat(Sql.query(driver, ORGANIZATION)).isEqualTo(ACME.organizationId());
        }
        assertClean();
    }

    @Test
    void whatIsLeftOpenIsRolledBack() throws SQLException {
        try (Connection connection = checkout(ACME)) {
            Sql.execute(connection, "begin");
            Sql.query(connection, ORGANIZATION);
        }
        assertThat(queryAs(GLOBEX)).isEqualTo(GLOBEX.organizationId());
        assertClean();
    }

    /** Though the pool cannot know: the failure has a state that no pool takes for the end of a connection. */
    @Test
    void aConnectionThatCouldNotBeBoundIsReplaced() throws SQLException {
        queryAs(ACME);
        wire.failAtBind("XX999");

        assertThatThrownBy(() -> queryAs(ACME)).hasMessageContaining("Could not bind");

        assertThat(queryAs(GLOBEX)).isEqualTo(GLOBEX.organizationId());
    }

    @Test
    void aConnectionThatCouldNotBeResetIsReplaced() throws SQLException {
        queryAs(ACME);
        wire.failAtReset("XX999");
        Connection connection = checkout(ACME);
        connection.unwrap(PGConnection.class);

        assertThatThrownBy(connection::close).hasMessageContaining("Could not reset");

        assertThat(queryAs(GLOBEX)).isEqualTo(GLOBEX.organizationId());
    }

    @Test
    void anAbortedConnectionIsReplaced() throws SQLException {
        Connection connection = checkout(ACME);
        connection.abort(Runnable::run);
        connection.close();

        assertThat(queryAs(GLOBEX)).isEqualTo(GLOBEX.organizationId());
    }

    private Connection checkout(Tenant tenant) throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(tenant)) {
            return dataSource.getConnection();
        }
    }

    private String queryAs(Tenant tenant) throws SQLException {
        try (Connection connection = checkout(tenant)) {
            return Sql.query(connection, ORGANIZATION);
        }
    }

    private void assertClean() throws SQLException {
        assertThat(Sql.query(inside, ORGANIZATION)).isNullOrEmpty();
    }
}
