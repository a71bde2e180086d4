package io.tenantdatasource.springtests;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistrar;

/** An application as users have them: a controller, a service, a pool, and row security on its table. */
@SpringBootApplication
class InvoicesApplication {

    @Bean(destroyMethod = "close")
    InvoicesDatabase database() {
        return InvoicesDatabase.create();
    }

    @Bean
    DynamicPropertyRegistrar connection(InvoicesDatabase database) {
        return properties -> {
            properties.add("spring.datasource.url", () -> database.application().getURL());
            properties.add(
                    "spring.datasource.username", () -> database.application().getUser());
            properties.add(
                    "spring.datasource.password", () -> database.application().getPassword());
        };
    }
}
