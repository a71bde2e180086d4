package io.tenantdatasource.springtests;

import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest(properties = "spring.threads.virtual.enabled=true")
@TenantDatabase(schema = InvoicesSchema.class)
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadsTest {

    @Autowired
    private Background background;

    @Test
    void anAsyncMethodWorksForItsCallersTenantAndForNobodyWithoutOne() throws Exception {
        assertThat(background.thread().get(30, TimeUnit.SECONDS).toString()).startsWith("VirtualThread");

        assertThat(Tenants.as(ACME, background::organization).get(30, TimeUnit.SECONDS))
                .isEqualTo(ACME.organizationId());
        assertThat(background.organization().get(30, TimeUnit.SECONDS)).isEmpty();
    }
}
