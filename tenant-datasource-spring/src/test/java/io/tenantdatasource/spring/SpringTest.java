package io.tenantdatasource.spring;

import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** An application that has this module and Spring Boot's JDBC on its class path, and a pool of one connection. */
@TenantDatabase(scripts = "/note.sql")
abstract class SpringTest {

    private static PGSimpleDataSource user;

    @BeforeAll
    static void connectAsTheApplication(TestDatabase database) {
        user = database.application();
    }

    static ApplicationContextRunner application() {
        return new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withPropertyValues(
                        "spring.datasource.url=" + user.getURL(),
                        "spring.datasource.username=" + user.getUser(),
                        "spring.datasource.password=" + user.getPassword(),
                        "spring.datasource.hikari.maximum-pool-size=1");
    }

    /** A pool that the application builds by itself. */
    static HikariDataSource pool() {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(user.getURL());
        pool.setUsername(user.getUser());
        pool.setPassword(user.getPassword());
        pool.setMaximumPoolSize(1);
        return pool;
    }

    static String organization(DataSource dataSource) {
        return query(dataSource, "select coalesce(current_setting('app.organization_id', true), '')");
    }

    static String query(DataSource dataSource, String sql) {
        return new JdbcTemplate(dataSource).queryForObject(sql, String.class);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}
}
