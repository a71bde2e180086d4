package io.tenantdatasource.springtests;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.spring.task.TenantTaskDecoratorAutoConfiguration;
import io.tenantdatasource.test.Tenants;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.task.SimpleAsyncTaskExecutorBuilder;
import org.springframework.boot.task.SimpleAsyncTaskSchedulerBuilder;
import org.springframework.boot.task.ThreadPoolTaskExecutorBuilder;
import org.springframework.boot.task.ThreadPoolTaskSchedulerBuilder;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** Decorators that an application has go on as before, and the tenant is taken along all the same. */
class OwnTaskDecoratorsTest {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    TaskExecutionAutoConfiguration.class,
                    TaskSchedulingAutoConfiguration.class,
                    TenantTaskDecoratorAutoConfiguration.class));

    private final List<String> decorated = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"pool", "threads", "scheduling pool", "scheduling threads"})
    void theOnlyDecoratorOfTheApplicationIsStillInUse(String kind) {
        application.withBean("own", TaskDecorator.class, () -> decorator("own")).run(context -> {
            assertThat(tenantOn(executor(kind, context))).contains(ACME);
            assertThat(decorated).containsExactly("own");
        });
    }

    @Test
    void theApplicationsDecoratorIsTheOneToInject() {
        application.withBean("own", TaskDecorator.class, () -> decorator("own")).run(context -> {
            context.getBean(TaskDecorator.class).decorate(() -> {});
            assertThat(decorated).containsExactly("own");
        });
    }

    /** Spring Boot 3.5 uses none of several, 4 uses all; the tenant is taken along either way. */
    @Test
    void severalDecoratorsAreNoneOfOurBusiness() {
        application
                .withBean("first", TaskDecorator.class, () -> decorator("first"))
                .withBean("second", TaskDecorator.class, () -> decorator("second"))
                .run(context -> assertThat(tenantOn(executor("pool", context))).contains(ACME));
    }

    @Test
    void aDecoratorThatTellsAnotherTenantHasTheLastWord() {
        TaskDecorator forGlobex = task -> () -> TenantContext.run(GLOBEX, task);

        application
                .withBean("own", TaskDecorator.class, () -> forGlobex)
                .run(context -> assertThat(tenantOn(executor("pool", context))).contains(GLOBEX));
    }

    @Test
    void aCustomizerOfTheApplicationHasTheLastWord() {
        UnaryOperator<ThreadPoolTaskExecutorBuilder> own = builder ->
                builder.additionalCustomizers(executor -> executor.setTaskDecorator(decorator("of a customizer")));

        application.run(context -> {
            ThreadPoolTaskExecutor executor = own.apply(context.getBean(ThreadPoolTaskExecutorBuilder.class))
                    .build();
            executor.initialize();

            tenantOn(executor);
            assertThat(decorated).containsExactly("of a customizer");
            executor.shutdown();
        });
    }

    @Test
    void nothingIsDecoratedIfSwitchedOff() {
        application
                .withPropertyValues("tenant-datasource.enabled=false")
                .run(context -> assertThat(tenantOn(executor("pool", context))).isEmpty());
    }

    private TaskDecorator decorator(String name) {
        return task -> {
            decorated.add(name);
            return task;
        };
    }

    /** As Spring Boot builds it, with all that it was told. */
    private static AsyncTaskExecutor executor(String kind, AssertableApplicationContext context) {
        return switch (kind) {
            case "pool" -> context.getBean(AsyncTaskExecutor.class);
            case "threads" ->
                context.getBean(SimpleAsyncTaskExecutorBuilder.class).build();
            case "scheduling pool" -> {
                ThreadPoolTaskScheduler scheduler =
                        context.getBean(ThreadPoolTaskSchedulerBuilder.class).build();
                scheduler.initialize();
                yield scheduler;
            }
            case "scheduling threads" ->
                context.getBean(SimpleAsyncTaskSchedulerBuilder.class).build();
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static Optional<Tenant> tenantOn(AsyncTaskExecutor executor) throws Exception {
        return Tenants.as(ACME, () -> executor.submit(TenantContext::current)).get(30, TimeUnit.SECONDS);
    }
}
