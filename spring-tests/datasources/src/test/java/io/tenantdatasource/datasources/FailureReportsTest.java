package io.tenantdatasource.datasources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.TenantResolver;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/** What a person reads on the console after a mistake. */
@TenantDatabase(scripts = "/notes.sql")
@ExtendWith(OutputCaptureExtension.class)
class FailureReportsTest {

    private final Applications applications;

    FailureReportsTest(TestDatabase database) {
        this.applications = new Applications(database);
    }

    @Test
    void aSettingThatTheServerWouldNotTake(CapturedOutput output) {
        fails(Nothing.class, "tenant-datasource.organization-setting=search_path");
        assertThat(report(output))
                .contains("tenant-datasource.organization-setting")
                .contains("search_path")
                .contains("identifiers joined by dots, such as app.organization_id");
    }

    @Test
    void oneSettingForTheOrganizationAndTheUser(CapturedOutput output) {
        fails(Nothing.class, "tenant-datasource.user-setting=APP.organization_id");
        assertThat(report(output))
                .contains("tenant-datasource.user-setting")
                .contains("It is the organization's setting too; give each a name of its own");
    }

    @Test
    void aWordThatAPropertyDoesNotKnow(CapturedOutput output) {
        fails(Nothing.class, "tenant-datasource.on-missing-tenant=ignore");
        assertThat(report(output))
                .contains("tenant-datasource.on-missing-tenant")
                .contains("\"ignore\"")
                .contains("DENY")
                .contains("FAIL");
    }

    @Test
    void aPropertyThatDoesNotExist(CapturedOutput output) {
        fails(Nothing.class, "tenant-datasource.on-missing-tenants=fail");
        assertThat(report(output))
                .contains("tenant-datasource.on-missing-tenants is no property of tenant-datasource")
                .contains("on-missing-tenant, ");
    }

    @Test
    void theRoleThatStandsForNone(CapturedOutput output) {
        fails(Nothing.class, "tenant-datasource.assume-role=none");
        assertThat(report(output)).contains("tenant-datasource.assume-role").contains("leave assumeRole out instead");
    }

    @Test
    void anExcludedBeanThatIsNotThere(CapturedOutput output) {
        fails(Nothing.class, "tenant-datasource.exclude=reprots");
        assertThat(report(output))
                .contains("tenant-datasource.exclude names [reprots]")
                .contains("the application's data sources are [dataSource]");
    }

    @Test
    void severalResolvers(CapturedOutput output) {
        fails(TwoResolvers.class);
        assertThat(report(output)).contains("Several TenantResolver beans").contains("@Primary");
    }

    @Test
    void aPoolThatIsAskedForByItsClass(CapturedOutput output) {
        fails(AsksForThePool.class);
        assertThat(report(output)).contains("HikariDataSource").contains("call unwrap(HikariDataSource.class)");
    }

    @Test
    void aPoolThatIsAskedForByItsClassAfterItWasWrapped(CapturedOutput output) {
        fails(AsksForThePoolOfAnother.class);
        assertThat(report(output)).contains("HikariDataSource").contains("call unwrap(HikariDataSource.class)");
    }

    @Test
    void flywaysUserWithoutAUrl(CapturedOutput output) {
        fails(Nothing.class, "spring.flyway.enabled=true", "spring.flyway.user=owner");
        assertThat(report(output)).contains("Set spring.flyway.url");
    }

    @Test
    void aRouterThatIsBoundInPart(CapturedOutput output) {
        fails(HalfBound.class);
        assertThat(report(output))
                .contains("Could not make the data source 'router' bind its connections to a tenant")
                .contains("1 of its 2 targets bind")
                .contains("declare those as beans");
    }

    private void fails(Class<?> configuration, String... properties) {
        assertThat(catchThrowable(
                        () -> applications.with(configuration, properties).run()))
                .as("the application starts")
                .isNotNull();
    }

    private static String report(CapturedOutput output) {
        assertThat(output.getAll()).contains("APPLICATION FAILED TO START");
        return output.getAll().substring(output.getAll().indexOf("APPLICATION FAILED TO START"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Nothing {}

    @Configuration(proxyBeanMethods = false)
    static class TwoResolvers {

        @Bean
        TenantResolver one() {
            return Optional::empty;
        }

        @Bean
        TenantResolver other() {
            return Optional::empty;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AsksForThePool {

        @Bean
        String poolName(HikariDataSource pool) {
            return pool.getPoolName();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AsksForThePoolOfAnother {

        @Bean
        DataSource other(@Value("${spring.datasource.url}") String url) {
            return DataSourceBuilder.create().url(url).build();
        }

        @Bean
        String poolName(DataSource other, HikariDataSource pool) {
            return pool.getPoolName();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class HalfBound {

        @Bean(defaultCandidate = false)
        DataSource bound(@Value("${spring.datasource.url}") String url) {
            return DataSourceBuilder.create().url(url).build();
        }

        @Bean
        DataSource router(@Value("#{bound}") DataSource bound, @Value("${spring.datasource.url}") String url) {
            DataSource unbound = DataSourceBuilder.create().url(url).build();
            AbstractRoutingDataSource router = new AbstractRoutingDataSource() {
                @Override
                protected Object determineCurrentLookupKey() {
                    return "unbound";
                }
            };
            router.setTargetDataSources(Map.of("bound", bound, "unbound", unbound));
            return router;
        }
    }
}
