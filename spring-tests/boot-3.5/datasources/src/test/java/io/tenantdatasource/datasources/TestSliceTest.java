package io.tenantdatasource.datasources;

import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.test.autoconfigure.jdbc.AutoConfigureTestDatabase;
import org.springframework.boot.test.autoconfigure.jdbc.JdbcTest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;

/** Slices take the auto-configurations that they are told, of which ours is one. */
@JdbcTest
@AutoConfigureTestDatabase(replace = AutoConfigureTestDatabase.Replace.NONE)
@TestPropertySource(properties = {"spring.flyway.enabled=false", "spring.liquibase.enabled=false"})
@TenantDatabase(scripts = "/notes.sql")
class TestSliceTest {

    @Test
    @AsTenant("acme")
    void bindsTheDataSourceOfASlice(@Autowired JdbcTemplate jdbc) {
        jdbc.update("insert into notes (title) values ('acme''s')");
        assertThat(jdbc.queryForList("select organization_id::text from notes", String.class))
                .containsExactly(ACME.organizationId());
    }

    @SpringBootApplication
    static class Slice {}
}
