package io.tenantdatasource.springtests.operations;

import io.tenantdatasource.spring.TenantDataSourceCustomizer;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Small, and processed ahead of time: a data source of migrations, and a customizer, beside what Spring Boot brings. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class AheadOfTimeApplication {

    @OwnersDataSource
    @Bean(defaultCandidate = false)
    DataSource owners(@Value("${spring.datasource.url}") String url) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(url);
        return dataSource;
    }

    @Bean
    static TenantDataSourceCustomizer plan() {
        return (beanName, builder) -> builder.setting("app.plan", tenant -> "gold");
    }
}
