package io.tenantdatasource.spring.task;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.support.AopUtils;
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

/** A method of a bean runs for the tenant that a parameter is told. */
class ForTenantTest {

    private static final UUID ORGANIZATION = UUID.fromString(GLOBEX.organizationId());

    /** Nothing else here needs proxies, so there is nothing but this that could make them. */
    private final ApplicationContextRunner application =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ForTenantAutoConfiguration.class));

    /** Tells for whom it is called. */
    static class Jobs {

        Optional<Tenant> byId(String message, @ForTenant UUID organization) {
            return TenantContext.current();
        }

        Optional<Tenant> byText(@ForTenant String organization) {
            return TenantContext.current();
        }

        Optional<Tenant> byTenant(@ForTenant Tenant tenant) {
            return TenantContext.current();
        }

        Optional<Tenant> withoutAnnotation(UUID organization) {
            return TenantContext.current();
        }

        void fails(@ForTenant UUID organization) {
            throw new IllegalStateException("as it should");
        }
    }

    @Test
    void aMethodRunsForTheOrganizationOfItsParameter() {
        application.withBean(Jobs.class).run(context -> {
            Jobs jobs = context.getBean(Jobs.class);

            assertThat(jobs.byId("hello", ORGANIZATION)).contains(GLOBEX);
            assertThat(jobs.byText(GLOBEX.organizationId())).contains(GLOBEX);
            assertThat(TenantContext.current()).isEmpty();
        });
    }

    @Test
    void aTenantIsTakenWithItsUser() {
        application.withBean(Jobs.class).run(context -> {
            Tenant user = GLOBEX.withUser(UUID.randomUUID());
            assertThat(context.getBean(Jobs.class).byTenant(user)).contains(user);
        });
    }

    @Test
    void theCallersTenantIsBackAfterwards() {
        application
                .withBean(Jobs.class)
                .run(context -> TenantContext.run(ACME, () -> {
                    Jobs jobs = context.getBean(Jobs.class);

                    assertThat(jobs.byId("hello", ORGANIZATION)).contains(GLOBEX);
                    assertThatThrownBy(() -> jobs.fails(ORGANIZATION)).hasMessage("as it should");
                    assertThat(TenantContext.current()).contains(ACME);
                }));
    }

    @Test
    void otherMethodsRunForTheirCallersTenant() {
        application
                .withBean(Jobs.class)
                .run(context -> TenantContext.run(
                        ACME,
                        () -> assertThat(context.getBean(Jobs.class).withoutAnnotation(ORGANIZATION))
                                .contains(ACME)));
    }

    @Test
    void nullIsNobodyToRunFor() {
        application
                .withBean(Jobs.class)
                .run(context -> TenantContext.run(
                        ACME,
                        () -> assertThatThrownBy(
                                        () -> context.getBean(Jobs.class).byId("hello", null))
                                .isInstanceOf(IllegalArgumentException.class)
                                .hasMessageContaining("Jobs.byId")
                                .hasMessageContaining("null")));
    }

    @Test
    void aTextThatIsNoOrganizationIsRefused() {
        application
                .withBean(Jobs.class)
                .run(context -> assertThatThrownBy(
                                () -> context.getBean(Jobs.class).byText(" "))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("organization"));
    }

    interface Job<T> {
        Optional<Tenant> run(@ForTenant T organization);
    }

    static class NightlyJob implements Job<UUID> {
        @Override
        public Optional<Tenant> run(UUID organization) {
            return TenantContext.current();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theAnnotationMayStandInAnInterfaceWhateverTheProxyIs(boolean ofTheClass) {
        application
                .withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class))
                .withPropertyValues("spring.aop.proxy-target-class=" + ofTheClass)
                .withBean(NightlyJob.class)
                .run(context -> {
                    @SuppressWarnings("unchecked")
                    Job<UUID> job = context.getBean(Job.class);

                    assertThat(AopUtils.isCglibProxy(job)).isEqualTo(ofTheClass);
                    assertThat(job.run(ORGANIZATION)).contains(GLOBEX);
                });
    }

    static class InheritingJob extends NightlyJob {
        @Override
        public Optional<Tenant> run(UUID organization) {
            return super.run(organization);
        }
    }

    @Test
    void overridingMethodsInheritTheAnnotation() {
        application.withBean(InheritingJob.class).run(context -> {
            @SuppressWarnings("unchecked")
            Job<UUID> job = context.getBean(Job.class);

            assertThat(job.run(ORGANIZATION)).contains(GLOBEX);
        });
    }

    @Test
    void beansWithoutTheAnnotationAreNoProxies() {
        application
                .withBean("plain", Supplier.class, () -> () -> "as it was")
                .run(context -> assertThat(AopUtils.isAopProxy(context.getBean("plain")))
                        .isFalse());
    }

    static class OfAnotherType {
        void run(@ForTenant Long organization) {}
    }

    static class OfTwo {
        void run(@ForTenant UUID organization, @ForTenant UUID other) {}
    }

    static class Private {
        @SuppressWarnings({"UnusedMethod", "UnusedVariable"})
        private void run(@ForTenant UUID organization) {}
    }

    static class Final {
        final void run(@ForTenant UUID organization) {}
    }

    static class Static {
        static void run(@ForTenant UUID organization) {}
    }

    @ParameterizedTest
    @ValueSource(classes = {OfAnotherType.class, OfTwo.class, Private.class, Final.class, Static.class})
    void whereItCannotWorkTheApplicationDoesNotStart(Class<?> bean) {
        application
                .withBean(bean)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("@ForTenant ")
                        .hasMessageContaining(bean.getName() + ".run("));
    }

    static class Constructed {
        Constructed() {}

        Constructed(@ForTenant UUID organization) {}
    }

    @Test
    void atAConstructorItCannotWorkEither() {
        application
                .withBean(Constructed.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("@ForTenant has no effect in " + Constructed.class.getName() + "("));
    }

    @Test
    void theTenantIsThereBeforeOtherAdvice() {
        application
                .withUserConfiguration(OtherAdvice.class)
                .withBean(Jobs.class)
                .run(context -> {
                    context.getBean(Jobs.class).byId("hello", ORGANIZATION);
                    assertThat(context.getBean(OtherAdvice.class).seen).contains(GLOBEX);
                });
    }

    /** As an application has that sets {@code @EnableTransactionManagement(order = 0)}. */
    @Configuration(proxyBeanMethods = false)
    static class OtherAdvice {

        private Optional<Tenant> seen = Optional.empty();

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        DefaultPointcutAdvisor advisor() {
            NameMatchMethodPointcut methods = new NameMatchMethodPointcut();
            methods.addMethodName("byId");
            DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(methods, (MethodInterceptor) invocation -> {
                seen = TenantContext.current();
                return invocation.proceed();
            });
            advisor.setOrder(Ordered.HIGHEST_PRECEDENCE + 1000);
            return advisor;
        }
    }

    @Test
    void canBeSwitchedOff() {
        application
                .withPropertyValues("tenant-datasource.enabled=false")
                .withBean(Jobs.class)
                .run(context -> assertThat(context.getBean(Jobs.class).byId("hello", ORGANIZATION))
                        .isEmpty());
    }
}
