package io.tenantdatasource.it.pooler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.TenantDataSourceListener;
import io.tenantdatasource.it.Sql;
import io.tenantdatasource.it.pooler.PgBouncer.Pooling;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** {@code CHECKOUT} cannot be right where sessions are lent for a transaction at a time, so that is noticed. */
class CheckoutBehindPoolerTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    private final PGSimpleDataSource user = database.createUser("user");
    private final TenantDataSourceListener listener = mock();

    @Test
    void twoCheckoutsAtOnceInOneServerSessionAreNoticed() throws SQLException {
        try (PgBouncer bouncer = bouncer(Pooling.TRANSACTION, 1);
                TenantDataSource pool = pool()) {
            Connection first = checkout(pool, "first");
            assertNoticed(() -> checkout(pool, "second"));
            assertThatThrownBy(() -> Sql.query(first, Sql.ORGANIZATION)).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void aCheckoutThatIsResetInAnotherServerSessionIsNoticed() throws SQLException {
        try (PgBouncer bouncer = bouncer(Pooling.TRANSACTION, 2);
                TenantDataSource pool = pool()) {
            Connection connection = checkout(pool, "acme");
            assertNoticed(connection::close);
        }
    }

    @Test
    void aServerSessionForEachConnectionIsNotTakenForAPooler() throws SQLException {
        try (PgBouncer bouncer = bouncer(Pooling.SESSION, 2);
                TenantDataSource pool = pool()) {
            try (Connection first = checkout(pool, "first");
                    Connection second = checkout(pool, "second")) {
                assertThat(Sql.query(first, Sql.ORGANIZATION)).isEqualTo("first");
                assertThat(Sql.query(second, Sql.ORGANIZATION)).isEqualTo("second");
            }
        }
        verify(listener, never()).poolerDetected();
    }

    private void assertNoticed(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("PgBouncer")
                .hasMessageContaining("TenantBinding.TRANSACTION")
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("0A000");
        verify(listener).poolerDetected();
    }

    private PgBouncer bouncer(Pooling pooling, int sessions) {
        PgBouncer bouncer = PgBouncer.start(pooling, sessions, user);
        bouncer.before(user);
        return bouncer;
    }

    /** Over no pool: each checkout connects to the bouncer. */
    private TenantDataSource pool() {
        return TenantDataSource.builder(user).listener(listener).build();
    }

    private static Connection checkout(TenantDataSource pool, String organization) throws SQLException {
        try (TenantContext.Scope scope = TenantContext.open(Tenant.of(organization))) {
            return pool.getConnection();
        }
    }
}
