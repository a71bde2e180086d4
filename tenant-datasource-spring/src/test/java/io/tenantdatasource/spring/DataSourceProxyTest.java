package io.tenantdatasource.spring;

import static io.tenantdatasource.test.Tenants.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring's own data source proxies, over beans and over pools that only they know. */
class DataSourceProxyTest extends SpringTest {

    @Test
    void staysLazyOverABoundDataSource() {
        notChecked().withUserConfiguration(LazyOverBean.class).run(context -> {
            LazyConnectionDataSourceProxy lazy = context.getBean(LazyConnectionDataSourceProxy.class);
            assertThat(lazy.getTargetDataSource()).isSameAs(context.getBean("pool"));
            assertLazyAndBound(lazy);
        });
    }

    @Test
    void staysLazyOverAPoolOfItsOwn() {
        notChecked().withUserConfiguration(LazyOverPool.class).run(context -> {
            LazyConnectionDataSourceProxy lazy = context.getBean(LazyConnectionDataSourceProxy.class);
            assertThat(lazy.getTargetDataSource()).isInstanceOf(TenantDataSource.class);
            assertLazyAndBound(lazy);
        });
    }

    /** The start-up check takes a connection. */
    private static ApplicationContextRunner notChecked() {
        return application().withPropertyValues("tenant-datasource.start-up-check=off");
    }

    private static void assertLazyAndBound(DataSource lazy) throws Exception {
        AtomicInteger checkouts = lazy.unwrap(CountingDataSource.class).checkouts;
        try (var scope = TenantContext.open(ACME)) {
            try (Connection connection = lazy.getConnection()) {
                connection.setAutoCommit(false);
                connection.commit();
            }
            assertThat(checkouts).hasValue(0);

            assertThat(organization(lazy)).isEqualTo(ACME.organizationId());
            assertThat(checkouts).hasValue(1);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyOverBean {
        @Bean
        DataSource pool() {
            return new CountingDataSource(SpringTest.pool());
        }

        @Bean
        @Primary
        DataSource lazy(@Qualifier("pool") DataSource pool) {
            return lazyProxy(pool);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyOverPool {
        @Bean
        DataSource lazy() {
            return lazyProxy(new CountingDataSource(pool()));
        }
    }

    /** It asks a connection for these two, unless it is told. */
    private static DataSource lazyProxy(DataSource target) {
        LazyConnectionDataSourceProxy lazy = new LazyConnectionDataSourceProxy();
        lazy.setTargetDataSource(target);
        lazy.setDefaultAutoCommit(true);
        lazy.setDefaultTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        return lazy;
    }

    static final class CountingDataSource extends DelegatingDataSource implements AutoCloseable {
        final AtomicInteger checkouts = new AtomicInteger();

        CountingDataSource(HikariDataSource pool) {
            super(pool);
        }

        @Override
        public Connection getConnection() throws SQLException {
            checkouts.incrementAndGet();
            return super.getConnection();
        }

        @Override
        public void close() {
            ((HikariDataSource) getTargetDataSource()).close();
        }
    }

    @Test
    void goesOnToJoinTransactionsOverAPoolOfItsOwn() {
        application().withUserConfiguration(TransactionAwareOverPool.class).run(context -> {
            DataSource dataSource = context.getBean(DataSource.class);
            PlatformTransactionManager transactions = context.getBean(PlatformTransactionManager.class);

            TenantContext.run(
                    ACME,
                    () -> new TransactionTemplate(transactions).executeWithoutResult(status -> {
                        insertNote(dataSource);
                        insertNote(dataSource);
                        assertThat(query(dataSource, "select count(*) from note"))
                                .isEqualTo("2");
                        assertThat(organization(dataSource)).isEqualTo(ACME.organizationId());
                        status.setRollbackOnly();
                    }));

            assertThat(query(dataSource, "select count(*) from note")).isEqualTo("0");
        });
    }

    /** On plain JDBC, which does not know of Spring's transactions: joining them is the proxy's task. */
    private static void insertNote(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection();
                var statement = connection.createStatement()) {
            statement.executeUpdate("insert into note values ('draft')");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TransactionAwareOverPool {
        @Bean
        DataSource transactionAware() {
            return new TransactionAwareDataSourceProxy(pool());
        }
    }

    @Test
    void leavesARouterOverBoundDataSourcesAsItIsAlsoWithoutADefault() {
        application().withUserConfiguration(RouterOverBean.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean("router")).isInstanceOf(Router.class);
            assertThat(context.getBean("lazyRouter", DelegatingDataSource.class).getTargetDataSource())
                    .isSameAs(context.getBean("router"));
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class RouterOverBean {
        @Bean
        DataSource pool() {
            return SpringTest.pool();
        }

        @Bean
        @Primary
        Router router(@Qualifier("pool") DataSource pool) {
            return new Router(Map.of("elsewhere", pool));
        }

        @Bean
        DataSource lazyRouter(Router router) {
            return lazyProxy(router);
        }
    }

    @Test
    void bindsARouterOverPoolsThatOnlyItKnows() {
        application()
                .withBean("router", Router.class, () -> new Router(Map.of("here", pool())))
                .run(context -> TenantContext.run(
                        ACME,
                        () -> assertThat(organization(context.getBean("router", DataSource.class)))
                                .isEqualTo(ACME.organizationId())));
    }

    @Test
    void refusesARouterOfWhichOnlySomeTargetsAreBound() {
        application()
                .withBean("pool", DataSource.class, SpringTest::pool)
                .withUserConfiguration(HalfBoundRouter.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("'halfBound'")
                        .hasStackTraceContaining("1 of its 2 targets"));
    }

    @Configuration(proxyBeanMethods = false)
    static class HalfBoundRouter {
        @Bean
        Router halfBound(@Qualifier("pool") DataSource pool) {
            return new Router(Map.of("here", pool, "there", SpringTest.pool()));
        }
    }

    @Test
    void refusesToStartWhenItCannotBindAndNamesTheWayOut() {
        application()
                .withBean("router", Router.class, () -> new Router(Map.of("elsewhere", pool())))
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("'router'")
                        .hasStackTraceContaining("tenant-datasource.exclude"));
    }

    /** Always wants to go here, and has no default. */
    static final class Router extends AbstractRoutingDataSource {
        Router(Map<Object, Object> targets) {
            setTargetDataSources(targets);
        }

        @Override
        protected Object determineCurrentLookupKey() {
            return "here";
        }
    }

    @Test
    void wrapsNoProxyOverABoundDataSource() {
        application()
                .withUserConfiguration(ProxyOverBean.class)
                .run(context -> assertThat(context.getBean("proxy", DelegatingDataSource.class)
                                .getTargetDataSource())
                        .isSameAs(context.getBean("pool")));
    }

    @Configuration(proxyBeanMethods = false)
    static class ProxyOverBean {
        @Bean
        DataSource pool() {
            return SpringTest.pool();
        }

        @Bean
        @Primary
        DataSource proxy(@Qualifier("pool") DataSource pool) {
            return new DelegatingDataSource(pool);
        }
    }

    @Test
    void wrapsAProxyOfAnotherKindOnTheOutside() {
        application()
                .withBean("proxy", DelegatingDataSource.class, () -> new DelegatingDataSource(pool()))
                .run(context -> {
                    assertThat(context.getBean("proxy")).isInstanceOf(TenantDataSource.class);
                    TenantContext.run(
                            ACME,
                            () -> assertThat(organization(context.getBean("proxy", DataSource.class)))
                                    .isEqualTo(ACME.organizationId()));
                });
    }
}
