package io.tenantdatasource.spring;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.TenantResolver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.MethodBeforeAdvice;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.AbstractFactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Role;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class TenantDataSourceAutoConfigurationTest extends SpringTest {

    @Test
    void bindsSpringBootsOwnDataSourceToTheTenantOfTheContext() {
        application()
                .run(context -> TenantContext.run(
                        ACME,
                        () -> assertThat(context.getBean(JdbcTemplate.class)
                                        .queryForObject(
                                                "select current_setting('app.organization_id', true)", String.class))
                                .isEqualTo(ACME.organizationId())));
    }

    @Test
    void returnsTheConnectionToThePoolWithoutTheTenant() {
        application().run(context -> {
            DataSource dataSource = context.getBean(DataSource.class);
            HikariDataSource pool = dataSource.unwrap(HikariDataSource.class);
            String session = "select pg_backend_pid()";

            String boundSession = TenantContext.call(ACME, () -> query(dataSource, session));

            assertThat(query(pool, session)).isEqualTo(boundSession);
            assertThat(organization(pool)).isEmpty();
        });
    }

    @Test
    void asksTheApplicationsResolverInsteadOfTheContext() {
        application()
                .withBean(TenantResolver.class, () -> () -> Optional.of(GLOBEX))
                .run(context -> TenantContext.run(
                        ACME,
                        () -> assertThat(organization(context.getBean(DataSource.class)))
                                .isEqualTo(GLOBEX.organizationId())));
    }

    @Test
    void asksAFallbackWhereNoScopeIsOpen() {
        application()
                .withBean("ignorant", FallbackTenantResolver.class, () -> Optional::empty)
                .withBean("knowing", FallbackTenantResolver.class, () -> () -> Optional.of(GLOBEX))
                .run(context -> {
                    DataSource dataSource = context.getBean(DataSource.class);

                    assertThat(organization(dataSource)).isEqualTo(GLOBEX.organizationId());
                    TenantContext.run(
                            ACME, () -> assertThat(organization(dataSource)).isEqualTo(ACME.organizationId()));
                    try (var scope = TenantContext.openWithoutTenant()) {
                        assertThat(organization(dataSource)).isEmpty();
                    }
                });
    }

    @Test
    void asksTheApplicationsResolverInsteadOfAFallback() {
        application()
                .withBean(FallbackTenantResolver.class, () -> () -> Optional.of(GLOBEX))
                .withBean(TenantResolver.class, () -> TenantContext::current)
                .run(context -> assertThat(organization(context.getBean(DataSource.class)))
                        .isEmpty());
    }

    @Test
    void letsTheResolverNeedWhatNeedsTheDataSource() {
        application().withUserConfiguration(ResolverOverJdbc.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(organization(context.getBean(DataSource.class))).isEqualTo(GLOBEX.organizationId());
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class ResolverOverJdbc {
        @Bean
        TenantResolver overJdbc(JdbcTemplate jdbc) {
            return () -> Optional.of(jdbc).map(template -> GLOBEX);
        }
    }

    @Test
    void refusesToStartRatherThanChooseAmongSeveralResolvers() {
        application()
                .withBean("one", TenantResolver.class, () -> Optional::empty)
                .withBean("other", TenantResolver.class, () -> Optional::empty)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining("Several TenantResolver beans say who the tenant is")
                        .hasMessageContaining("[one, other]")
                        .hasMessageContaining("@Primary"));
    }

    @Test
    void prefersThePrimaryOfSeveralResolvers() {
        application()
                .withBean("one", TenantResolver.class, () -> Optional::empty)
                .withBean(
                        "other",
                        TenantResolver.class,
                        () -> () -> Optional.of(GLOBEX),
                        definition -> definition.setPrimary(true))
                .run(context -> assertThat(organization(context.getBean(DataSource.class)))
                        .isEqualTo(GLOBEX.organizationId()));
    }

    /** Spring Boot's own report tells the file and the line, so it must not stand inside one of ours. */
    @Test
    void leavesItToSpringBootToReportAWrongValue() {
        application()
                .withPropertyValues("tenant-datasource.organization-setting=search_path")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasRootCauseInstanceOf(InvalidConfigurationPropertyValueException.class)
                        .hasStackTraceContaining("tenant-datasource.organization-setting")
                        .hasMessageNotContaining("Could not make the data source"));
    }

    @Test
    void bindsEveryDataSourceButTheExcludedOnes() {
        application()
                .withUserConfiguration(ThreePools.class)
                .withPropertyValues("tenant-datasource.exclude=migrations, reports")
                .run(context -> {
                    assertThat(context.getBean("application")).isInstanceOf(TenantDataSource.class);
                    assertThat(context.getBean("migrations")).isInstanceOf(HikariDataSource.class);
                    assertThat(context.getBean("reports")).isInstanceOf(HikariDataSource.class);
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class ThreePools {
        @Bean
        @Primary
        DataSource application() {
            return pool();
        }

        @Bean
        DataSource migrations() {
            return pool();
        }

        @Bean
        DataSource reports() {
            return pool();
        }
    }

    @Test
    void bindsWhatAFactoryBeanMakes() {
        application().withBean("made", PoolFactory.class, PoolFactory::new).run(context -> {
            assertThat(context.getBean("made")).isInstanceOf(TenantDataSource.class);
            TenantContext.run(
                    ACME,
                    () -> assertThat(organization(context.getBean("made", DataSource.class)))
                            .isEqualTo(ACME.organizationId()));
        });
    }

    static final class PoolFactory extends AbstractFactoryBean<DataSource> {
        @Override
        public Class<?> getObjectType() {
            return DataSource.class;
        }

        @Override
        protected DataSource createInstance() {
            return pool();
        }

        @Override
        protected void destroyInstance(DataSource instance) throws SQLException {
            instance.unwrap(HikariDataSource.class).close();
        }
    }

    @Test
    void leavesEveryDataSourceAsItIsWhenSwitchedOff() {
        application()
                .withPropertyValues("tenant-datasource.enabled=false")
                .run(context -> assertThat(context).hasSingleBean(HikariDataSource.class));
    }

    /** Spring Boot takes these for true as well. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "on", "yes", "TRUE"})
    void isNotSwitchedOffByAnotherWordForTrue(String value) {
        application()
                .withPropertyValues("tenant-datasource.enabled=" + value)
                .run(context -> assertThat(context).hasSingleBean(TenantDataSource.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"flase", "no", "0", ""})
    void doesNotStartWhereNobodyCanTellWhetherItIsSwitchedOff(String value) {
        application()
                .withPropertyValues("tenant-datasource.enabled=" + value)
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("tenant-datasource"));
    }

    @Test
    void bindsADataSourceThatAnAspectIsAbout() {
        application().withUserConfiguration(CountsCheckouts.class).run(context -> {
            assertThat(context).hasNotFailed();
            AtomicInteger checkouts = context.getBean(AtomicInteger.class);
            int before = checkouts.get();

            assertThat(TenantContext.call(ACME, () -> organization(context.getBean(DataSource.class))))
                    .isEqualTo(ACME.organizationId());
            assertThat(checkouts).hasValue(before + 1);
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class CountsCheckouts {

        @Bean
        static AtomicInteger checkouts() {
            return new AtomicInteger();
        }

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static DefaultPointcutAdvisor countingAspect(AtomicInteger checkouts) {
            NameMatchMethodPointcut checkout = new NameMatchMethodPointcut();
            checkout.setMappedName("getConnection");
            checkout.setClassFilter(DataSource.class::isAssignableFrom);
            return new DefaultPointcutAdvisor(
                    checkout, (MethodBeforeAdvice) (method, arguments, target) -> checkouts.incrementAndGet());
        }
    }

    @Test
    void letsTheSettingsOfThePoolReachIt() {
        application()
                .withPropertyValues("spring.datasource.hikari.pool-name=named")
                .run(context -> {
                    HikariDataSource pool = context.getBean(DataSource.class).unwrap(HikariDataSource.class);
                    assertThat(pool.getMaximumPoolSize()).isEqualTo(1);
                    assertThat(pool.getPoolName()).isEqualTo("named");
                });
    }

    @Test
    void letsSpringBootSeeThePool() {
        application().run(context -> {
            DataSource dataSource = context.getBean(DataSource.class);

            assertThat(DataSourceUnwrapper.unwrap(dataSource, HikariConfigMXBean.class, HikariDataSource.class))
                    .isSameAs(dataSource.unwrap(HikariDataSource.class));
            assertThat(context.getBean(DataSourcePoolMetadataProvider.class)
                            .getDataSourcePoolMetadata(dataSource)
                            .getMax())
                    .isEqualTo(1);
        });
    }

    @Test
    void letsTheContextCloseThePool() throws SQLException {
        DataSource[] dataSource = new DataSource[1];
        application().run(context -> dataSource[0] = context.getBean(DataSource.class));

        assertThat(dataSource[0].unwrap(HikariDataSource.class).isClosed()).isTrue();
    }

    @Test
    void leavesTheApplicationsOwnTenantDataSourceAsItIs() {
        application()
                .withBean(
                        "own",
                        TenantDataSource.class,
                        () -> TenantDataSource.builder(pool())
                                .resolver(() -> Optional.of(GLOBEX))
                                .build())
                .run(context -> {
                    assertThat(context).hasSingleBean(TenantDataSource.class);
                    TenantContext.run(
                            ACME,
                            () -> assertThat(organization(context.getBean(TenantDataSource.class)))
                                    .isEqualTo(GLOBEX.organizationId()));
                });
    }

    @Test
    void letsTheApplicationBuildItsTenantDataSourceOverAnExcludedPool() {
        application()
                .withUserConfiguration(OwnOverPool.class)
                .withPropertyValues("tenant-datasource.exclude=pool")
                .run(context -> TenantContext.run(
                        ACME,
                        () -> assertThat(organization(context.getBean(TenantDataSource.class)))
                                .isEqualTo(ACME.organizationId())));
    }

    @Test
    void refusesToStartWhenTheApplicationWrapsABoundPoolAgain() {
        application()
                .withUserConfiguration(OwnOverPool.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasRootCauseInstanceOf(IllegalArgumentException.class)
                        .rootCause()
                        .hasMessageContaining("already"));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnOverPool {
        @Bean
        DataSource pool() {
            return SpringTest.pool();
        }

        @Bean
        @Primary
        TenantDataSource own(@Qualifier("pool") DataSource pool) {
            return TenantDataSource.wrap(pool);
        }
    }

    @Test
    void bindsAScopedProxyAndLeavesItsTargetAsItIs() {
        application().withUserConfiguration(ScopedPool.class).run(context -> {
            assertThat(context.getBean("scopedTarget.scoped")).isInstanceOf(HikariDataSource.class);
            assertThat(context.getBean("scoped")).isInstanceOf(TenantDataSource.class);
            TenantContext.run(
                    ACME,
                    () -> assertThat(organization(context.getBean("scoped", DataSource.class)))
                            .isEqualTo(ACME.organizationId()));
            context.getBean("scopedTarget.scoped", HikariDataSource.class).close();
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class ScopedPool {
        @Bean
        static CustomScopeConfigurer threadScope() {
            CustomScopeConfigurer scopes = new CustomScopeConfigurer();
            scopes.addScope("thread", new SimpleThreadScope());
            return scopes;
        }

        @Bean
        @Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
        HikariDataSource scoped() {
            return pool();
        }
    }

    @Test
    void staysRightAroundThePoolWhenOthersWrapTheDataSourceToo() {
        application()
                .withBean("observer", BeanPostProcessor.class, () -> new BeanPostProcessor() {
                    @Override
                    public Object postProcessAfterInitialization(Object bean, String beanName) {
                        return bean instanceof DataSource dataSource ? new Observed(dataSource) : bean;
                    }
                })
                .run(context -> assertThat(context.getBean(Observed.class).getTargetDataSource())
                        .isInstanceOf(TenantDataSource.class));
    }

    static final class Observed extends DelegatingDataSource {
        Observed(DataSource target) {
            super(target);
        }
    }

    @Test
    void describesItsPropertiesForEditors() throws IOException {
        try (InputStream metadata = TenantDataSourceAutoConfiguration.class
                .getClassLoader()
                .getResourceAsStream("META-INF/spring-configuration-metadata.json")) {
            // Other modules have a file of that name too; the first on the class path is this module's own.
            assertThat(new String(metadata.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\"tenant-datasource.enabled\"", "\"tenant-datasource.exclude\"");
        }
    }
}
