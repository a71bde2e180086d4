package io.tenantdatasource.springtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.test.AsTenant;
import io.tenantdatasource.test.TenantDatabase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.transaction.annotation.Transactional;

/** Tests of several tenants share an application context, so it is opened and closed for none of them. */
class ContextsBelongToNoTenantTest {

    private static final List<String> EVENTS = new CopyOnWriteArrayList<>();

    @Test
    void contextsAreOpenedAndClosedForNoTenant() {
        Runs.of(UsesAContextForItself.class).assertStatistics(events -> events.succeeded(2));

        assertThat(EVENTS)
                .containsExactly(
                        "open for Optional.empty", "close for Optional.empty",
                        "open for Optional.empty", "close for Optional.empty");
    }

    @SpringBootTest
    @TenantDatabase(schema = InvoicesSchema.class)
    @Import(Beans.class)
    @AsTenant("acme")
    @Transactional
    @DirtiesContext(classMode = DirtiesContext.ClassMode.AFTER_EACH_TEST_METHOD)
    static class UsesAContextForItself {

        /** Is the first to ask for it. */
        @BeforeAll
        static void open(@Autowired Invoices invoices) {
            assertThat(EVENTS).hasSize(1);
        }

        @Test
        void once() {}

        @Test
        void twice() {}
    }

    @TestConfiguration
    static class Beans implements InitializingBean, DisposableBean {

        @Override
        public void afterPropertiesSet() {
            EVENTS.add("open for " + TenantContext.current());
        }

        @Override
        public void destroy() {
            EVENTS.add("close for " + TenantContext.current());
        }
    }
}
