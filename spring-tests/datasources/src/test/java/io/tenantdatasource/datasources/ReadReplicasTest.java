package io.tenantdatasource.datasources;

import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Reads go to a replica: chosen by the transaction, which a lazy proxy lets begin first. Both are for the tenant. */
@TenantDatabase(scripts = "/notes.sql")
class ReadReplicasTest {

    private static final String WHERE_AND_FOR_WHOM =
            "select current_setting('application_name') || ' for ' || current_setting('app.organization_id', true)";

    @Test
    void aRouterBehindALazyProxyKeepsRoutingByTheTransaction(TestDatabase database) {
        assertReadsGoToTheReplica(database, RouterBehindALazyProxy.class);
    }

    @Test
    void theReadOnlyTargetOfALazyProxyIsBoundAsABean(TestDatabase database) {
        assertReadsGoToTheReplica(database, LazyProxyWithAReadOnlyTarget.class);
    }

    private static void assertReadsGoToTheReplica(TestDatabase database, Class<?> configuration) {
        ApplicationContextRunner runner = new Applications(database).runner().withUserConfiguration(configuration);
        runner.run(context -> TenantContext.run(ACME, () -> {
            assertThat(context.getBean(DataSource.class)).isNotInstanceOf(TenantDataSource.class);
            assertThat(inTransaction(
                            context.getBean(PlatformTransactionManager.class), context.getBean(DataSource.class), true))
                    .isEqualTo("replica for " + ACME.organizationId());
            assertThat(inTransaction(
                            context.getBean(PlatformTransactionManager.class),
                            context.getBean(DataSource.class),
                            false))
                    .isEqualTo("primary for " + ACME.organizationId());
        }));
    }

    private static String inTransaction(PlatformTransactionManager manager, DataSource dataSource, boolean readOnly) {
        TransactionTemplate transaction = new TransactionTemplate(manager);
        transaction.setReadOnly(readOnly);
        return transaction.execute(
                status -> new JdbcTemplate(dataSource).queryForObject(WHERE_AND_FOR_WHOM, String.class));
    }

    @Configuration(proxyBeanMethods = false)
    static class Pools {

        @Bean(defaultCandidate = false)
        DataSource writing(@Value("${spring.datasource.url}") String url, Credentials credentials) {
            return credentials.pool(url, "primary");
        }

        @Bean(autowireCandidate = false)
        DataSource reading(@Value("${spring.datasource.url}") String url, Credentials credentials) {
            return credentials.pool(url, "replica");
        }

        @Bean
        Credentials credentials(
                @Value("${spring.datasource.username}") String user,
                @Value("${spring.datasource.password}") String password) {
            return new Credentials(user, password);
        }
    }

    record Credentials(String user, String password) {

        DataSource pool(String url, String applicationName) {
            return DataSourceBuilder.create()
                    .url(url + (url.contains("?") ? "&" : "?") + "ApplicationName=" + applicationName)
                    .username(user)
                    .password(password)
                    .build();
        }
    }

    static class RouterBehindALazyProxy extends Pools {

        @Bean
        @Primary
        DataSource dataSource(@Value("#{router}") DataSource router) {
            return new LazyConnectionDataSourceProxy(router);
        }

        @Bean(defaultCandidate = false)
        DataSource router(@Value("#{writing}") DataSource writing, @Value("#{reading}") DataSource reading) {
            AbstractRoutingDataSource router = new AbstractRoutingDataSource() {
                @Override
                protected Object determineCurrentLookupKey() {
                    return TransactionSynchronizationManager.isCurrentTransactionReadOnly() ? "reading" : "writing";
                }
            };
            router.setTargetDataSources(Map.of("writing", writing, "reading", reading));
            return router;
        }
    }

    static class LazyProxyWithAReadOnlyTarget extends Pools {

        @Bean
        @Primary
        DataSource dataSource(@Value("#{writing}") DataSource writing, @Value("#{reading}") DataSource reading) {
            LazyConnectionDataSourceProxy lazy = new LazyConnectionDataSourceProxy(writing);
            lazy.setReadOnlyDataSource(reading);
            return lazy;
        }
    }
}
