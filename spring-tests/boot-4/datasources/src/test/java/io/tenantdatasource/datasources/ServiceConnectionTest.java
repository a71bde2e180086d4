package io.tenantdatasource.datasources;

import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

/** What {@code @ServiceConnection} and Docker Compose do: the URL comes from a bean. */
@TenantDatabase(scripts = "/notes.sql")
class ServiceConnectionTest {

    @Test
    void bindsWhatIsConnectedByConnectionDetails(TestDatabase database) {
        new ApplicationContextRunner()
                .withUserConfiguration(Applications.Bare.class)
                .withPropertyValues("spring.flyway.enabled=false", "spring.liquibase.enabled=false")
                .withBean(JdbcConnectionDetails.class, () -> new Details(database.application()))
                .run(context -> TenantContext.run(ACME, () -> {
                    JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
                    jdbc.update("insert into notes (title) values ('acme''s')");
                    assertThat(jdbc.queryForList("select organization_id::text from notes", String.class))
                            .containsExactly(ACME.organizationId());
                }));
    }

    record Details(PGSimpleDataSource user) implements JdbcConnectionDetails {

        @Override
        public String getUsername() {
            return user.getUser();
        }

        @Override
        public String getPassword() {
            return user.getPassword();
        }

        @Override
        public String getJdbcUrl() {
            return user.getURL();
        }
    }
}
