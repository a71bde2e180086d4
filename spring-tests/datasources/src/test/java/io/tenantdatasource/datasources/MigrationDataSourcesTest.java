package io.tenantdatasource.datasources;

import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.spring.TenantDataSources;
import io.tenantdatasource.spring.TenantDataSources.Treatment;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

/** Flyway migrates as the owner, on a data source that it was given; the application works for its tenants. */
@TenantDatabase
class MigrationDataSourcesTest {

    @Test
    void leavesTheDataSourcesOfFlywayAndLiquibaseAsTheyAre(TestDatabase database) {
        withFlyway(database)
                .withUserConfiguration(MigrationBeans.BesideTheApplications.class)
                .run(context -> {
                    assertThat(context.getBean("flywayDataSource")).isNotInstanceOf(TenantDataSource.class);
                    assertThat(context.getBean("liquibaseDataSource")).isNotInstanceOf(TenantDataSource.class);
                    assertThat(context.getBean(TenantDataSources.class).all())
                            .extracting(TenantDataSources.Entry::beanName, TenantDataSources.Entry::treatment)
                            .contains(
                                    tuple("dataSource", Treatment.BOUND),
                                    tuple("flywayDataSource", Treatment.MIGRATION),
                                    tuple("liquibaseDataSource", Treatment.MIGRATION));
                    assertWorksForTheTenant(context);
                });
    }

    @Test
    void refusesAMigrationDataSourceThatTheApplicationGetsAsTheOnlyOne(TestDatabase database) {
        assertRefused(database, MigrationBeans.TheOnlyOne.class);
    }

    @Test
    void refusesAMigrationDataSourceThatTheApplicationGetsAsThePrimaryOne(TestDatabase database) {
        assertRefused(database, MigrationBeans.ThePrimaryOne.class);
    }

    private static void assertRefused(TestDatabase database, Class<?> configuration) {
        withFlyway(database)
                .withUserConfiguration(configuration)
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("what the application gets where it asks for a DataSource"));
    }

    static void assertWorksForTheTenant(AssertableApplicationContext context) {
        JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
        TenantContext.run(ACME, () -> jdbc.update("insert into notes (title) values ('acme''s')"));
        assertThat(jdbc.queryForList("select title from notes")).isEmpty();
    }

    static ApplicationContextRunner withFlyway(TestDatabase database) {
        PGSimpleDataSource owner = database.owner();
        return new Applications(database)
                .runner()
                .withPropertyValues(
                        "spring.flyway.enabled=true",
                        "owner.url=" + owner.getURL(),
                        "owner.user=" + owner.getUser(),
                        "owner.password=" + owner.getPassword());
    }
}
