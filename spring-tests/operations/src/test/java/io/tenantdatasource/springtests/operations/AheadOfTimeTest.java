package io.tenantdatasource.springtests.operations;

import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.MeterRegistry;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.check.Rule;
import io.tenantdatasource.spring.TenantDataSources;
import io.tenantdatasource.spring.TenantDataSources.Entry;
import io.tenantdatasource.spring.TenantDataSources.Treatment;
import io.tenantdatasource.spring.startup.Finding;
import io.tenantdatasource.spring.startup.StartUpCheckReport;
import io.tenantdatasource.test.TestDatabase;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.MDC;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.jdbc.core.JdbcTemplate;

/** Starts an application from the code that Spring generates for it, as {@code spring.aot.enabled} and native images do. */
class AheadOfTimeTest {

    /** Classes of ours with package-private methods are called from their own packages, so all is in one class loader. */
    @Test
    @CompileWithForkedClassLoader
    void anApplicationThatWasProcessedAheadOfTimeBindsItsConnections() {
        try (TestDatabase database = TestDatabase.create()) {
            database.execute("create table notes (text text); alter table notes enable row level security;"
                    + " grant select on notes to public");
            TestPropertyValues properties = properties(database.application());
            TestGenerationContext generated = process(properties);

            start(generated, properties, context -> {
                assertBinds(context);
                assertOperates(context);
            });
        }
    }

    private static TestPropertyValues properties(PGSimpleDataSource user) {
        return TestPropertyValues.of(
                "spring.datasource.url=" + user.getURL(),
                "spring.datasource.username=" + user.getUser(),
                "spring.datasource.password=" + user.getPassword(),
                "spring.liquibase.enabled=false",
                "management.endpoints.web.exposure.include=tenantdatasources",
                "tenant-datasource.logging.mdc=true");
    }

    private static TestGenerationContext process(TestPropertyValues properties) {
        TestGenerationContext generated = new TestGenerationContext();
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            properties.applyTo(context);
            context.register(AheadOfTimeApplication.class);
            new ApplicationContextAotGenerator().processAheadOfTime(context, generated);
        }
        generated.writeGeneratedContent();
        return generated;
    }

    private static void start(
            TestGenerationContext generated,
            TestPropertyValues properties,
            Consumer<GenericApplicationContext> assertions) {
        TestCompiler.forSystem().with(generated).compile(compiled -> {
            try (GenericApplicationContext context = new GenericApplicationContext()) {
                context.setClassLoader(compiled.getClassLoader());
                properties.applyTo(context);
                initializer(compiled.getInstance(ApplicationContextInitializer.class))
                        .initialize(context);
                context.refresh();
                assertions.accept(context);
            }
        });
    }

    @SuppressWarnings("unchecked")
    private static ApplicationContextInitializer<GenericApplicationContext> initializer(
            ApplicationContextInitializer<?> generated) {
        return (ApplicationContextInitializer<GenericApplicationContext>) generated;
    }

    private static void assertBinds(GenericApplicationContext context) {
        TenantDataSources dataSources = context.getBean(TenantDataSources.class);
        assertThat(dataSources.all())
                .extracting(Entry::beanName, Entry::treatment)
                .containsExactlyInAnyOrder(tuple("dataSource", Treatment.BOUND), tuple("owners", Treatment.MIGRATION));
        assertThat(dataSources.boundBy("dataSource"))
                .extracting(TenantDataSource::options)
                .allSatisfy(options -> assertThat(options.settings()).contains("app.plan"));
    }

    private static void assertOperates(GenericApplicationContext context) {
        TenantContext.run(ACME, () -> {
            assertThat(MDC.get("organization_id")).isEqualTo(ACME.organizationId());
            assertThat(context.getBean(JdbcTemplate.class)
                            .queryForObject("select current_setting('app.organization_id', true)", String.class))
                    .isEqualTo(ACME.organizationId());
        });
        assertThat(context.getBean(MeterRegistry.class)
                        .get("tenant.datasource.bind")
                        .timer()
                        .count())
                .isPositive();
        assertThat(context.getBean(StartUpCheckReport.class).findings())
                .containsExactly(new Finding("dataSource", Rule.NO_POLICY, List.of("public.notes")));
        assertThat(context.getBeanNamesForType(Object.class))
                .contains("tenantDataSourcesEndpoint", "tenantDataSourceHealthIndicator");
    }
}
