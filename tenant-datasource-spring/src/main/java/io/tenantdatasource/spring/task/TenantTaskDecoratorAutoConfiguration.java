package io.tenantdatasource.spring.task;

import io.tenantdatasource.TenantContext;
import java.util.function.Consumer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.task.SimpleAsyncTaskExecutorCustomizer;
import org.springframework.boot.task.SimpleAsyncTaskSchedulerCustomizer;
import org.springframework.boot.task.ThreadPoolTaskExecutorCustomizer;
import org.springframework.boot.task.ThreadPoolTaskSchedulerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.TaskDecorator;

/**
 * Makes the executors and schedulers that Spring Boot builds run each task for the tenant of the code that handed it over,
 * and for none if that had none. So {@code @Async} methods, Spring MVC's asynchronous requests, and whatever else uses {@code
 * applicationTaskExecutor}, on platform and virtual threads, work for the caller's tenant.
 *
 * <p>An application's own {@code TaskDecorator} beans are used as without this, and run inside of it. An executor that the
 * application builds itself is left as it is: its threads work for no tenant, so connections that they check out see
 * nothing, until it is given one, {@code executor.setTaskDecorator(TenantContext::wrap)}.
 *
 * <p>What is handed on is the tenant of {@link TenantContext}. A scope that a task leaves open is closed after it, and told as a
 * warning: thrown, it would end the schedule of a repeated task, or the thread.
 */
@AutoConfiguration
@ConditionalOnProperty(name = "tenant-datasource.enabled", matchIfMissing = true)
public final class TenantTaskDecoratorAutoConfiguration {

    /** Moved in Spring Boot 4, so its name tells 3.5 from it. */
    private static final String SPRING_BOOT_3 =
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration";

    TenantTaskDecoratorAutoConfiguration() {}

    /** Spring Boot 4 puts all decorators together. The fallback leaves the application's the only one to inject. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass(SPRING_BOOT_3)
    static class AsOneOfMany {

        @Bean
        @Fallback
        @Order(Ordered.LOWEST_PRECEDENCE)
        static TaskDecorator tenantTaskDecorator() {
            return TaskOfTenant::of;
        }
    }

    /** Spring Boot 3.5 uses a decorator if there is only one. One of ours would put the application's out of use. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = SPRING_BOOT_3)
    static class AroundTheOnlyOne {

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        static ThreadPoolTaskExecutorCustomizer tenantThreadPoolTaskExecutorCustomizer(
                ObjectProvider<TaskDecorator> decorators) {
            return executor -> decorate(executor::setTaskDecorator, decorators);
        }

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        static SimpleAsyncTaskExecutorCustomizer tenantSimpleAsyncTaskExecutorCustomizer(
                ObjectProvider<TaskDecorator> decorators) {
            return executor -> decorate(executor::setTaskDecorator, decorators);
        }

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        static ThreadPoolTaskSchedulerCustomizer tenantThreadPoolTaskSchedulerCustomizer(
                ObjectProvider<TaskDecorator> decorators) {
            return scheduler -> decorate(scheduler::setTaskDecorator, decorators);
        }

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        static SimpleAsyncTaskSchedulerCustomizer tenantSimpleAsyncTaskSchedulerCustomizer(
                ObjectProvider<TaskDecorator> decorators) {
            return scheduler -> decorate(scheduler::setTaskDecorator, decorators);
        }

        private static void decorate(Consumer<TaskDecorator> executor, ObjectProvider<TaskDecorator> decorators) {
            TaskDecorator application = decorators.getIfUnique(() -> task -> task);
            executor.accept(task -> TaskOfTenant.of(application.decorate(task)));
        }
    }
}
