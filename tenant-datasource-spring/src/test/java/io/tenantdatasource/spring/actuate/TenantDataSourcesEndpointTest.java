package io.tenantdatasource.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import io.tenantdatasource.spring.TenantDataSourceCustomizer;
import io.tenantdatasource.spring.TenantDataSources;
import io.tenantdatasource.spring.TenantDataSources.Treatment;
import io.tenantdatasource.spring.actuate.TenantDataSourcesEndpoint.ShownBinding;
import io.tenantdatasource.spring.actuate.TenantDataSourcesEndpoint.ShownDataSource;
import io.tenantdatasource.spring.startup.StartUpCheckAutoConfiguration;
import io.tenantdatasource.spring.startup.StartUpCheckReport;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/** What it shows of data sources that are not the plain one, which is tested over HTTP, on each line of Spring Boot. */
@TenantDatabase
class TenantDataSourcesEndpointTest {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    TenantDataSourceAutoConfiguration.class, StartUpCheckAutoConfiguration.class));

    private static List<ShownDataSource> shown(ApplicationContext context) {
        return new TenantDataSourcesEndpoint(
                        context.getBean(TenantDataSources.class), context.getBean(StartUpCheckReport.class))
                .tenantDataSources()
                .dataSources();
    }

    @Test
    void namesNoRoleWhereTheStartUpCheckFoundOne(TestDatabase database) {
        PGSimpleDataSource auditor = database.createUser("auditor");
        database.execute("alter role %1$s bypassrls; grant authenticated to %1$s".formatted(auditor.getUser()));

        application
                .withBean("dataSource", DataSource.class, () -> auditor)
                .withPropertyValues("tenant-datasource.assume-role=authenticated")
                .run(context -> {
                    assertThat(shown(context).get(0).findings())
                            .extracting(ShownFinding::id)
                            .containsExactly("can-turn-into-bypassing-role");
                    assertThat(shown(context).get(0).bound()).allMatch(ShownBinding::assumesRole);
                    assertThat(shown(context).toString()).doesNotContain(auditor.getUser(), "authenticated");
                });
    }

    @Test
    void showsWhatCustomizersChanged(TestDatabase database) {
        application
                .withBean("dataSource", DataSource.class, database::application)
                .withBean(
                        TenantDataSourceCustomizer.class,
                        () -> (name, builder) ->
                                builder.binding(TenantBinding.TRANSACTION).setting("app.plan", tenant -> "gold"))
                .run(context -> assertThat(shown(context).get(0).bound())
                        .singleElement()
                        .satisfies(bound -> {
                            assertThat(bound.binding()).isEqualTo(TenantBinding.TRANSACTION);
                            assertThat(bound.settings())
                                    .containsExactly("app.organization_id", "app.user_id", "app.plan");
                        }));
    }

    @Test
    void showsAProxyThatStandsOutsideByWhatIsInside(TestDatabase database) {
        application
                .withBean("lazy", DataSource.class, () -> new LazyConnectionDataSourceProxy(database.application()))
                .run(context -> assertThat(shown(context)).singleElement().satisfies(lazy -> {
                    assertThat(lazy.treatment()).isEqualTo(Treatment.BOUND_INSIDE);
                    assertThat(lazy.bound()).hasSize(1);
                }));
    }

    @Test
    void showsEachTargetOfARoutingDataSource(TestDatabase database) {
        application
                .withBean("one", DataSource.class, database::application)
                .withBean("other", DataSource.class, database::application)
                .withBean("router", Router.class)
                .run(context -> assertThat(shown(context))
                        .filteredOn(shown -> shown.name().equals("router"))
                        .singleElement()
                        .satisfies(router -> {
                            assertThat(router.treatment()).isEqualTo(Treatment.ALREADY_BOUND);
                            assertThat(router.bound()).hasSize(2);
                        }));
    }

    static final class Router extends AbstractRoutingDataSource {

        Router(Map<String, DataSource> targets) {
            setTargetDataSources(Map.copyOf(targets));
        }

        @Override
        protected Object determineCurrentLookupKey() {
            return "one";
        }
    }
}
