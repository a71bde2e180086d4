package io.tenantdatasource.spring;

import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.test.TestDatabase;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** An application that has this module and Spring Boot's JDBC on its class path, and a pool of one connection. */
abstract class SpringTest {

    static final Tenant TENANT = Tenant.of(UUID.fromString("0b7a3c1e-54f3-4d0e-8d34-6a2f0f1d9c11"));

    private static TestDatabase database;
    private static PGSimpleDataSource user;

    @BeforeAll
    static void createDatabase() {
        database = TestDatabase.create();
        user = database.createUser("application");
        database.execute("create table note (text text); grant all on note to public");
    }

    @AfterAll
    static void dropDatabase() {
        database.close();
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
