package io.tenantdatasource.springtests;

import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** Executors that an application builds itself are left as they are: without a tenant, until it says so. */
@SpringBootTest
@TenantDatabase(schema = InvoicesSchema.class)
class OwnExecutorsTest {

    @TestConfiguration(proxyBeanMethods = false)
    static class Executors {

        @Bean
        ThreadPoolTaskExecutor plainExecutor() {
            return new ThreadPoolTaskExecutor();
        }

        @Bean
        ThreadPoolTaskExecutor wrappingExecutor() {
            ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
            executor.setTaskDecorator(TenantContext::wrap);
            return executor;
        }
    }

    @Autowired
    private Background background;

    @Test
    void aPlainExecutorWorksForNobody() throws Exception {
        assertThat(Tenants.as(ACME, background::organizationOnPlainExecutor).get(30, TimeUnit.SECONDS))
                .isEmpty();
    }

    @Test
    void anExecutorThatWrapsItsTasksWorksForTheCallersTenant() throws Exception {
        assertThat(Tenants.as(ACME, background::organizationOnWrappingExecutor).get(30, TimeUnit.SECONDS))
                .isEqualTo(ACME.organizationId());
    }
}
