package io.tenantdatasource.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ManyThreadsTest {

    private static final int THREADS = 16;
    private static final int CHECKOUTS_A_THREAD = 100;

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @ParameterizedTest
    @EnumSource(TenantBinding.class)
    void neverSeeEachOthersTenantOnASharedPool(TenantBinding binding) throws Exception {
        HikariConfig config = new HikariConfig();
        config.setDataSource(DATABASE.administrator());
        config.setMaximumPoolSize(3);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (TenantDataSource dataSource = TenantDataSource.builder(new HikariDataSource(config))
                .databaseCheck(false)
                .binding(binding)
                .build()) {
            List<Callable<Integer>> users = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Tenant tenant = Tenant.of("organization-" + i);
                users.add(() -> TenantContext.call(tenant, () -> foreignTenantsSeen(dataSource, tenant)));
            }
            for (Future<Integer> foreign : threads.invokeAll(users)) {
                assertThat(foreign.get()).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static int foreignTenantsSeen(TenantDataSource dataSource, Tenant tenant) throws SQLException {
        int foreign = 0;
        for (int i = 0; i < CHECKOUTS_A_THREAD; i++) {
            try (Connection connection = dataSource.getConnection()) {
                connection.setAutoCommit(i % 2 == 0);
                foreign += seesItself(connection, tenant) ? 0 : 1;
                if (i % 3 == 0 && !connection.getAutoCommit()) {
                    connection.rollback();
                }
                foreign += seesItself(connection, tenant) ? 0 : 1;
            }
        }
        return foreign;
    }

    private static boolean seesItself(Connection connection, Tenant tenant) throws SQLException {
        return Sql.query(connection, Sql.ORGANIZATION).equals(tenant.organizationId());
    }
}
