package io.tenantdatasource.datasources;

import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.flyway.autoconfigure.FlywayDataSource;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseDataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** Data sources for migrations as an application declares them, and mistakes that it can make there. */
final class MigrationBeans {

    private MigrationBeans() {}

    @Configuration(proxyBeanMethods = false)
    static class BesideTheApplications {

        @Bean(defaultCandidate = false)
        @FlywayDataSource
        DataSource flywayDataSource(
                @Value("${owner.url}") String url,
                @Value("${owner.user}") String user,
                @Value("${owner.password}") String password) {
            return DataSourceBuilder.create()
                    .url(url)
                    .username(user)
                    .password(password)
                    .build();
        }

        @Bean(defaultCandidate = false)
        @LiquibaseDataSource
        DataSource liquibaseDataSource(@Value("${owner.url}") String url) {
            return DataSourceBuilder.create().url(url).build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TheOnlyOne {

        @Bean
        @FlywayDataSource
        DataSource flywayDataSource(@Value("${spring.datasource.url}") String url) {
            return DataSourceBuilder.create().url(url).build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ThePrimaryOne {

        @Bean
        @Primary
        @FlywayDataSource
        DataSource flywayDataSource(@Value("${spring.datasource.url}") String url) {
            return DataSourceBuilder.create().url(url).build();
        }

        @Bean
        DataSource application(@Value("${spring.datasource.url}") String url) {
            return DataSourceBuilder.create().url(url).build();
        }
    }
}
