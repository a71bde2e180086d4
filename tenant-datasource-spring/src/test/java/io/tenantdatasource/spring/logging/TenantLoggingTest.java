package io.tenantdatasource.spring.logging;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class TenantLoggingTest {

    private static final Tenant ACMES_USER = ACME.withUser("someone");

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    TenantDataSourceAutoConfiguration.class, TenantLoggingAutoConfiguration.class));

    private final ApplicationContextRunner logging =
            application.withPropertyValues("tenant-datasource.logging.mdc=true");

    private static String organization() {
        return MDC.get("organization_id");
    }

    @Test
    void messagesHaveNoTenantByDefault() {
        application.run(context -> TenantContext.run(
                ACMES_USER, () -> assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty()));
    }

    @Test
    void messagesHaveTheTenantOfTheInnermostScope() {
        logging.run(context -> {
            TenantContext.run(ACMES_USER, () -> {
                TenantContext.run(GLOBEX, () -> {
                    assertThat(organization()).isEqualTo(GLOBEX.organizationId());
                    assertThat(MDC.get("user_id")).isNull();
                });
                assertThat(organization()).isEqualTo(ACME.organizationId());
                assertThat(MDC.get("user_id")).isEqualTo("someone");
            });
            assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
        });
    }

    @Test
    void messagesOfAWrappedTaskHaveTheTenantThatItWasTakenFrom() {
        logging.run(context -> {
            AtomicReference<String> seen = new AtomicReference<>();
            AtomicReference<String> afterwards = new AtomicReference<>("nobody looked");
            Runnable look = () -> seen.set(organization());

            TenantContext.run(ACME, () -> {
                Runnable task = TenantContext.wrap(look);
                CompletableFuture.runAsync(() -> {
                            task.run();
                            afterwards.set(organization());
                        })
                        .join();
            });

            assertThat(seen).hasValue(ACME.organizationId());
            assertThat(afterwards).hasNullValue();
        });
    }

    @Test
    void keysCanBeNamed() {
        logging.withPropertyValues(
                        "tenant-datasource.logging.organization-key=org", "tenant-datasource.logging.user-key=who")
                .run(context -> TenantContext.run(
                        ACMES_USER, () -> assertThat(MDC.getCopyOfContextMap()).containsOnlyKeys("org", "who")));
    }

    @Test
    void messagesHaveNoTenantAnyMoreOnceTheApplicationIsClosed() {
        logging.run(context -> assertThat(context).hasNotFailed());

        TenantContext.run(ACME, () -> assertThat(organization()).isNull());
    }

    @Test
    void lazyBeansMakeNoDifference() {
        logging.withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context ->
                        TenantContext.run(ACME, () -> assertThat(organization()).isEqualTo(ACME.organizationId())));
    }
}
