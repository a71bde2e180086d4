package io.tenantdatasource.spring.migration;

import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import io.tenantdatasource.spring.TenantDataSources;
import liquibase.integration.spring.SpringLiquibase;
import org.flywaydb.core.Flyway;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Looks, before Flyway and Liquibase migrate, whether row security binds their user: a migration of data would touch no row then,
 * and report success.
 *
 * <p>{@code tenant-datasource.migrations} is {@code warn}, {@code fail} or {@code off}. Unless it is off, one more connection is
 * opened for that, whether anything is pending or not. What a run protects itself is not known then: for that there are the scripts
 * {@code require-unbound} of the tools.
 */
@AutoConfiguration(after = TenantDataSourceAutoConfiguration.class)
@ConditionalOnBean(TenantDataSources.class)
@EnableConfigurationProperties(MigrationsProperties.class)
public final class TenantMigrationAutoConfiguration {

    TenantMigrationAutoConfiguration() {}

    @Bean
    static MigratingRoleCheck tenantMigratingRoleCheck(MigrationsProperties properties) {
        return new MigratingRoleCheck(properties);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Flyway.class)
    static class ForFlyway {

        @Bean
        static FlywayCheckingBeanPostProcessor tenantFlywayCheckingBeanPostProcessor(
                ObjectProvider<MigratingRoleCheck> check) {
            return new FlywayCheckingBeanPostProcessor(check);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SpringLiquibase.class)
    static class ForLiquibase {

        @Bean
        static LiquibaseCheckingBeanPostProcessor tenantLiquibaseCheckingBeanPostProcessor(
                ObjectProvider<MigratingRoleCheck> check) {
            return new LiquibaseCheckingBeanPostProcessor(check);
        }
    }
}
