package io.tenantdatasource.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** When events and registries meet. What is counted is tested on each line of Spring Boot. */
@TenantDatabase
class TenantMetricsTest {

    private ApplicationContextRunner application;

    @BeforeEach
    void application(TestDatabase database) {
        Supplier<DataSource> user = database::application;
        application = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        TenantDataSourceAutoConfiguration.class, TenantMetricsAutoConfiguration.class))
                .withBean("dataSource", DataSource.class, user);
    }

    private static double bound(MeterRegistry registry) {
        return registry.get(TenantMeter.BIND.meter()).timer().count();
    }

    private static Object query(DataSource dataSource) {
        return new JdbcTemplate(dataSource).queryForList("select 1");
    }

    @Test
    void whatHappensWhileTheApplicationStartsIsCountedOnceTheRegistryIsThere() {
        application
                .withUserConfiguration(QueriesEarly.class, RegistryThatNeedsTheDataSource.class)
                .run(context -> {
                    MeterRegistry registry = context.getBean(MeterRegistry.class);
                    assertThat(bound(registry)).isEqualTo(2);

                    query(context.getBean(DataSource.class));
                    assertThat(bound(registry)).isEqualTo(3);
                    assertThat(registry.get(TenantMeter.MISSING_TENANT.meter())
                                    .counter()
                                    .count())
                            .isEqualTo(3);
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class QueriesEarly {
        @Bean
        Object early(DataSource dataSource) {
            return query(dataSource);
        }
    }

    /** If it were created with the data source, each would need the other first. */
    @Configuration(proxyBeanMethods = false)
    static class RegistryThatNeedsTheDataSource {
        @Bean
        MeterRegistry registry(DataSource dataSource) {
            query(dataSource);
            return new SimpleMeterRegistry();
        }
    }

    @Test
    void aDataSourceThatIsCreatedLaterIsCountedToo() {
        application
                .withBean(SimpleMeterRegistry.class)
                .withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> {
                    query(context.getBean(DataSource.class));

                    assertThat(bound(context.getBean(MeterRegistry.class))).isEqualTo(1);
                });
    }

    @Test
    void allOfSeveralRegistriesCount() {
        application
                .withBean("one", SimpleMeterRegistry.class)
                .withBean("other", SimpleMeterRegistry.class)
                .run(context -> {
                    query(context.getBean(DataSource.class));

                    assertThat(context.getBeansOfType(MeterRegistry.class).values())
                            .hasSize(2)
                            .allSatisfy(registry -> assertThat(bound(registry)).isEqualTo(1));
                });
    }

    @Test
    void aPrimaryRegistryStandsForAll() {
        application
                .withBean(
                        "all",
                        SimpleMeterRegistry.class,
                        SimpleMeterRegistry::new,
                        definition -> definition.setPrimary(true))
                .withBean("one", SimpleMeterRegistry.class)
                .run(context -> {
                    query(context.getBean(DataSource.class));

                    assertThat(bound(context.getBean("all", MeterRegistry.class)))
                            .isEqualTo(1);
                    assertThat(context.getBean("one", MeterRegistry.class).getMeters())
                            .isEmpty();
                });
    }

    @Test
    void withoutARegistryNothingIsCountedAndAllWorks() {
        application.run(
                context -> assertThat(query(context.getBean(DataSource.class))).isNotNull());
    }
}
