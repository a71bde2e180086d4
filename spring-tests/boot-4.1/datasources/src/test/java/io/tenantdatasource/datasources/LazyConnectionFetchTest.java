package io.tenantdatasource.datasources;

import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

/** {@code spring.datasource.connection-fetch=lazy}, which Spring Boot has since 4.1. */
@TenantDatabase(scripts = "/notes.sql")
class LazyConnectionFetchTest {

    @Test
    void checksNoConnectionOutUntilTheFirstStatementWhichIsForTheTenant(TestDatabase database) {
        new Applications(database)
                .runner()
                .withPropertyValues("spring.datasource.connection-fetch=lazy")
                .run(context -> {
                    DataSource dataSource = context.getBean(DataSource.class);
                    HikariDataSource pool = dataSource.unwrap(HikariDataSource.class);
                    assertThat(dataSource).isInstanceOf(LazyConnectionDataSourceProxy.class);

                    try (var scope = TenantContext.open(ACME);
                            Connection connection = dataSource.getConnection()) {
                        assertThat(pool.getHikariPoolMXBean().getActiveConnections())
                                .isZero();
                        assertThat(organization(dataSource)).isEqualTo(ACME.organizationId());
                    }
                });
    }

    private static String organization(DataSource dataSource) {
        return new JdbcTemplate(dataSource)
                .queryForObject("select current_setting('app.organization_id', true)", String.class);
    }
}
