package io.tenantdatasource.spring.task;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.EachTenant.OnFailure;
import io.tenantdatasource.EachTenantException;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantResolver;
import io.tenantdatasource.TenantSource;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import io.tenantdatasource.spring.internal.MisconfigurationException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.Pointcut;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** A method of a bean runs once for each tenant. */
class ForEachTenantTest {

    private final ApplicationContextRunner withoutTenants =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ForTenantAutoConfiguration.class));

    private final ApplicationContextRunner application =
            withoutTenants.withBean(TenantSource.class, () -> () -> List.of(ACME, GLOBEX, ACME));

    /** Remembers for whom it was called. */
    static class Jobs {

        final List<Tenant> ran = Collections.synchronizedList(new ArrayList<>());
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();
        private final CyclicBarrier two = new CyclicBarrier(2);

        @ForEachTenant
        void each() {
            ran.add(TenantContext.current().orElseThrow());
            threads.add(Thread.currentThread());
        }

        @ForEachTenant(parallelism = 2)
        void bothAtATime() throws Exception {
            two.await(30, TimeUnit.SECONDS);
            each();
        }

        @ForEachTenant
        void failsForAcme() throws Exception {
            each();
            if (TenantContext.current().orElseThrow().equals(ACME)) {
                throw new Exception("as it should");
            }
        }

        @ForEachTenant(onFailure = OnFailure.STOP)
        void stops() throws Exception {
            failsForAcme();
        }

        void withoutAnnotation() {
            TenantContext.current().ifPresent(ran::add);
        }

        /** Fields of a proxy are nobody's. */
        List<Tenant> ran() {
            return ran;
        }

        Set<Thread> threads() {
            return threads;
        }
    }

    @Test
    void aMethodRunsOnceForEachTenantOnTheCallersThread() {
        application.withBean(Jobs.class).run(context -> {
            Jobs jobs = context.getBean(Jobs.class);

            jobs.each();

            assertThat(jobs.ran()).containsExactly(ACME, GLOBEX);
            assertThat(jobs.threads()).containsExactly(Thread.currentThread());
            assertThat(TenantContext.isOpen()).isFalse();
        });
    }

    @Test
    void itDoesNotRunWhereTheApplicationsResolverTellsAnother() {
        application
                .withConfiguration(AutoConfigurations.of(TenantDataSourceAutoConfiguration.class))
                .withBean(TenantResolver.class, () -> () -> Optional.of(ACME))
                .withBean(Jobs.class)
                .run(context -> {
                    Jobs jobs = context.getBean(Jobs.class);

                    assertThatThrownBy(jobs::each)
                            .isInstanceOf(EachTenantException.class)
                            .satisfies(thrown -> assertThat(thrown.getSuppressed())
                                    .singleElement()
                                    .asString()
                                    .contains("let the resolver ask TenantContext.current() first"));
                    assertThat(jobs.ran()).as("for whom it is right").containsExactly(ACME);
                });
    }

    @Test
    void orOnThreadsOfItsOwn() {
        application.withBean(Jobs.class).run(context -> {
            Jobs jobs = context.getBean(Jobs.class);

            jobs.bothAtATime();

            assertThat(jobs.ran()).containsExactlyInAnyOrder(ACME, GLOBEX);
            assertThat(jobs.threads()).hasSize(2).doesNotContain(Thread.currentThread());
        });
    }

    @Test
    void otherMethodsRunOnceForTheirCaller() {
        application.withBean(Jobs.class).run(context -> {
            Jobs jobs = context.getBean(Jobs.class);

            TenantContext.run(GLOBEX, jobs::withoutAnnotation);

            assertThat(jobs.ran()).containsExactly(GLOBEX);
        });
    }

    @Test
    void afterAFailureItGoesOnAndThrowsAtTheEnd() {
        application.withBean(Jobs.class).run(context -> {
            Jobs jobs = context.getBean(Jobs.class);

            assertThatThrownBy(jobs::failsForAcme)
                    .isInstanceOf(EachTenantException.class)
                    .hasMessageContaining("failed for 1: organization " + ACME.organizationId())
                    .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("as it should"));

            assertThat(jobs.ran()).containsExactly(ACME, GLOBEX);
        });
    }

    @Test
    void orItStops() {
        application.withBean(Jobs.class).run(context -> {
            Jobs jobs = context.getBean(Jobs.class);

            assertThatThrownBy(jobs::stops)
                    .hasMessageContaining("stopped before 1: organization " + GLOBEX.organizationId());

            assertThat(jobs.ran()).containsExactly(ACME);
        });
    }

    @Test
    void withinATransactionItIsRefused() {
        application.withBean(Jobs.class).run(context -> {
            Jobs jobs = context.getBean(Jobs.class);
            TransactionSynchronizationManager.setActualTransactionActive(true);
            try {
                assertThatThrownBy(jobs::each)
                        .isInstanceOf(IllegalTransactionStateException.class)
                        .hasMessageContaining("Jobs.each()");
            } finally {
                TransactionSynchronizationManager.clear();
            }
            assertThat(jobs.ran()).isEmpty();
        });
    }

    @Test
    void aSourceThatFailsIsToldAsSpringTellsIt() {
        withoutTenants
                .withBean(TenantSource.class, () -> () -> {
                    throw new SQLException("no database", "08001");
                })
                .withBean(Jobs.class)
                .run(context -> assertThatThrownBy(
                                () -> context.getBean(Jobs.class).each())
                        .isInstanceOf(UncategorizedSQLException.class)
                        .hasMessageContaining("Jobs.each()")
                        .hasMessageContaining("no database"));
    }

    @Test
    void withoutASourceTheApplicationDoesNotStart() {
        withoutTenants
                .withBean(Jobs.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(MisconfigurationException.class)
                        .hasMessageContaining("there is no TenantSource bean")
                        .hasMessageContaining("TenantSource.from("));
        withoutTenants.run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void norWithSeveralOfWhichNoneIsPrimary() {
        application
                .withBean("other", TenantSource.class, () -> List::of)
                .withBean(Jobs.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(MisconfigurationException.class)
                        .hasMessageContaining("other"));
        application
                .withBean("other", TenantSource.class, () -> () -> List.of(GLOBEX), bean -> bean.setPrimary(true))
                .withBean(Jobs.class)
                .run(context -> {
                    context.getBean(Jobs.class).each();
                    assertThat(context.getBean(Jobs.class).ran()).containsExactly(GLOBEX);
                });
    }

    interface Job {
        @ForEachTenant
        void run();
    }

    @Retention(RetentionPolicy.RUNTIME)
    @ForEachTenant
    @interface Nightly {}

    static class OfAnInterface extends Jobs implements Job {
        @Override
        public void run() {
            withoutAnnotation();
        }
    }

    static class OfAnAnnotation extends Jobs implements Runnable {
        @Override
        @Nightly
        public void run() {
            withoutAnnotation();
        }
    }

    @Test
    void theAnnotationMayStandInAnInterfaceOrAnAnnotation() {
        application
                .withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class))
                .withBean(OfAnInterface.class)
                .withBean(OfAnAnnotation.class)
                .run(context -> {
                    context.getBean(OfAnInterface.class).run();
                    context.getBean(OfAnAnnotation.class).run();

                    assertThat(context.getBean(OfAnInterface.class).ran()).containsExactly(ACME, GLOBEX);
                    assertThat(context.getBean(OfAnAnnotation.class).ran()).containsExactly(ACME, GLOBEX);
                });
    }

    static class Returning {
        @ForEachTenant
        int run() {
            return 1;
        }
    }

    static class Private {
        @SuppressWarnings("UnusedMethod")
        @ForEachTenant
        private void run() {}
    }

    static class Final {
        @ForEachTenant
        final void run() {}
    }

    static class Static {
        @ForEachTenant
        static void run() {}
    }

    static class ForOneToo {
        @ForEachTenant
        void run(@ForTenant UUID organization) {}
    }

    static class ForNoneAtATime {
        @ForEachTenant(parallelism = 0)
        void run() {}
    }

    @ParameterizedTest
    @ValueSource(
            classes = {Returning.class, Private.class, Final.class, Static.class, ForOneToo.class, ForNoneAtATime.class
            })
    void whereItCannotWorkTheApplicationDoesNotStart(Class<?> bean) {
        application
                .withBean(bean)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("@ForEachTenant at ")
                        .hasMessageContaining(bean.getName() + ".run("));
    }

    @Test
    void otherAdviceRunsForEachTenantAndFindsItsInvocationOnEachThread() {
        application
                .withUserConfiguration(OtherAdvice.class)
                .withBean(Jobs.class)
                .run(context -> {
                    context.getBean(Jobs.class).bothAtATime();
                    assertThat(context.getBean(OtherAdvice.class).seen)
                            .containsExactlyInAnyOrder("bothAtATime for " + ACME, "bothAtATime for " + GLOBEX);
                });
    }

    /** As advice of AspectJ's has that asks for the invocation of its thread. */
    @Configuration(proxyBeanMethods = false)
    static class OtherAdvice {

        private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        DefaultPointcutAdvisor expose() {
            DefaultPointcutAdvisor advisor =
                    new DefaultPointcutAdvisor(bothAtATime(), ExposeInvocationInterceptor.INSTANCE);
            advisor.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
            return advisor;
        }

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        DefaultPointcutAdvisor advisor() {
            return new DefaultPointcutAdvisor(bothAtATime(), (MethodInterceptor) invocation -> {
                seen.add(ExposeInvocationInterceptor.currentInvocation()
                                .getMethod()
                                .getName() + " for " + TenantContext.current().orElseThrow());
                return invocation.proceed();
            });
        }
    }

    private static Pointcut bothAtATime() {
        NameMatchMethodPointcut methods = new NameMatchMethodPointcut();
        methods.addMethodName("bothAtATime");
        return methods;
    }

    @Test
    void canBeSwitchedOff() {
        application
                .withPropertyValues("tenant-datasource.enabled=false")
                .withBean(Jobs.class)
                .run(context -> {
                    context.getBean(Jobs.class).withoutAnnotation();
                    assertThatThrownBy(() -> context.getBean(Jobs.class).each())
                            .as("for nobody")
                            .hasMessageContaining("No value present");
                });
    }
}
