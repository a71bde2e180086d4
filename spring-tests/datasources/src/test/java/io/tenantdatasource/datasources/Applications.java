package io.tenantdatasource.datasources;

import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.test.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** Applications with one dependency of ours, and a {@code spring.datasource.url}. */
final class Applications {

    private final PGSimpleDataSource user;

    Applications(TestDatabase database) {
        this.user = database.application();
    }

    ApplicationContextRunner runner() {
        return new ApplicationContextRunner().withUserConfiguration(Bare.class).withPropertyValues(properties());
    }

    /** Starts it as {@code main} does, so that failures are reported as a person sees them. */
    SpringApplication with(Class<?> configuration, String... properties) {
        List<String> all = new ArrayList<>(List.of(properties()));
        all.addAll(List.of(properties));
        return new SpringApplicationBuilder(Bare.class, configuration)
                .web(WebApplicationType.NONE)
                .properties(all.toArray(String[]::new))
                .build();
    }

    String[] properties() {
        return new String[] {
            "spring.datasource.url=" + user.getURL(),
            "spring.datasource.username=" + user.getUser(),
            "spring.datasource.password=" + user.getPassword(),
            "spring.datasource.hikari.maximum-pool-size=1",
            "spring.flyway.enabled=false",
            "spring.liquibase.enabled=false"
        };
    }

    static HikariDataSource poolOf(PGSimpleDataSource user) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(user.getURL());
        pool.setUsername(user.getUser());
        pool.setPassword(user.getPassword());
        pool.setMaximumPoolSize(1);
        return pool;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Bare {}
}
