package io.tenantdatasource.springtests.docs;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantSource;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

@Configuration
class Organizations {

    @Bean
    TenantSource tenants(JdbcTemplate jdbc) { // reads a table that is everybody's
        return () -> jdbc.queryForList("select id from organizations order by id", UUID.class).stream()
                .map(Tenant::of)
                .toList();
    }
}
