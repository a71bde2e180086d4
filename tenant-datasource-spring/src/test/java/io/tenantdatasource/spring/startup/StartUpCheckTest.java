package io.tenantdatasource.spring.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.check.Rule;
import io.tenantdatasource.spring.TenantDataSources;
import io.tenantdatasource.spring.internal.MisconfigurationException;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/** When the check runs, on what, and what comes of it. What it finds is tested where the database check is. */
@TenantDatabase(
        scripts = {"/io/tenantdatasource/spring/startup/in-order.sql", "/io/tenantdatasource/spring/startup/drafts.sql"
        })
class StartUpCheckTest {

    private static final Finding DRAFTS =
            new Finding("dataSource", Rule.ORGANIZATION_COLUMN_WITHOUT_ROW_SECURITY, List.of("public.drafts"));
    private static final String IN_ORDER = "tenant-datasource.start-up-check-ignore=drafts";
    private static final String FAIL = "tenant-datasource.start-up-check=fail";

    private final Logger logger = (Logger) LoggerFactory.getLogger(StartUpCheck.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.WARN);
        logger.setAdditive(false);
    }

    @AfterEach
    void listenNoLonger() {
        logger.detachAppender(log);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    private static ApplicationContextRunner application(PGSimpleDataSource user) {
        return new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withPropertyValues(
                        "spring.datasource.url=" + user.getURL(),
                        "spring.datasource.username=" + user.getUser(),
                        "spring.datasource.password=" + user.getPassword(),
                        "spring.datasource.hikari.maximum-pool-size=1",
                        "spring.datasource.hikari.connection-timeout=250");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    private static List<Finding> findings(ApplicationContext context) {
        return context.getBean(StartUpCheckReport.class).findings();
    }

    @Test
    void warnsOfEachFindingAndStarts(TestDatabase database) {
        application(database.application()).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(findings(context)).containsExactly(DRAFTS);
            assertThat(log.list)
                    .extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
                    .containsExactly(tuple(Level.WARN, "Start-up check: " + DRAFTS));
        });
    }

    @Test
    void stopsTheApplicationIfItIsToldTo(TestDatabase database) {
        application(database.application())
                .withPropertyValues(FAIL)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(MisconfigurationException.class)
                        .hasMessageContaining(DRAFTS.toString())
                        .hasMessageContaining("tenant-datasource.start-up-check=warn"));
    }

    @Test
    void startsWhereAllIsInOrderButForTablesThatAreMeantToBeSo(TestDatabase database) {
        application(database.application())
                .withPropertyValues(FAIL, IN_ORDER)
                .run(context -> assertThat(findings(context)).isEmpty());
    }

    @Test
    void opensNoConnectionWhenItIsOff(TestDatabase database) {
        application(database.application())
                .withPropertyValues("tenant-datasource.start-up-check=off")
                .run(context -> {
                    assertThat(pool(context).getHikariPoolMXBean()).isNull();
                    assertThat(findings(context)).isEmpty();
                });
    }

    private static HikariDataSource pool(ApplicationContext context) throws Exception {
        return context.getBean(DataSource.class).unwrap(HikariDataSource.class);
    }

    @Test
    void isOffAlsoWhereYamlReadsTheWordAsFalse(TestDatabase database) {
        application(database.application())
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new MapPropertySource("yaml", Map.of("tenant-datasource.start-up-check", false))))
                .run(context -> assertThat(pool(context).getHikariPoolMXBean()).isNull());
    }

    @Test
    void goesOnWithoutADatabaseAndSaysSo(TestDatabase database) {
        application(away(database)).run(context -> {
            assertThat(findings(context)).containsExactly(new Finding("dataSource", Rule.NOT_CHECKED, List.of()));
            assertThat(log.list).anyMatch(event -> event.getThrowableProxy() != null);
        });
    }

    @Test
    void stopsWithoutADatabaseIfItIsToldToFail(TestDatabase database) {
        application(away(database))
                .withPropertyValues(FAIL)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(MisconfigurationException.class)
                        .hasMessageContaining("not-checked"));
    }

    private static PGSimpleDataSource away(TestDatabase database) {
        PGSimpleDataSource away = database.application();
        away.setPortNumbers(new int[] {1});
        return away;
    }

    @Test
    void findsThatTheApplicationLogsInAsASuperuser(TestDatabase database) {
        PGSimpleDataSource superuser = database.administrator();

        application(superuser)
                .withPropertyValues(IN_ORDER)
                .run(context -> assertThat(findings(context))
                        .containsExactly(new Finding("dataSource", Rule.SUPERUSER, List.of(superuser.getUser()))));
    }

    @Test
    void looksAtTheRoleThatIsAssumed(TestDatabase database) {
        PGSimpleDataSource superuser = database.administrator();

        application(superuser)
                .withPropertyValues(IN_ORDER, "tenant-datasource.assume-role=authenticated")
                .run(context -> assertThat(findings(context))
                        .containsExactly(new Finding(
                                "dataSource", Rule.CAN_TURN_INTO_BYPASSING_ROLE, List.of(superuser.getUser()))));
    }

    @Test
    void needsNoTenantAndMissesNone(TestDatabase database) {
        application(database.application())
                .withPropertyValues("tenant-datasource.on-missing-tenant=fail")
                .run(context -> {
                    assertThat(findings(context)).containsExactly(DRAFTS);
                    assertThat(context.getBean(TenantDataSources.class).boundBy("dataSource"))
                            .allSatisfy(bound ->
                                    assertThat(bound.missingTenantCount()).isZero());
                });
    }

    @Test
    void leavesExcludedDataSourcesAlone(TestDatabase database) {
        application(database.administrator())
                .withPropertyValues(FAIL, "tenant-datasource.exclude=dataSource")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void checksEachTargetOfARoutingDataSourceOnceAndUnderItsOwnName(TestDatabase database) {
        application(database.application())
                .withBean("primary", DataSource.class, database::application)
                .withBean("replica", DataSource.class, database::application)
                .withUserConfiguration(Router.class)
                .run(context -> assertThat(findings(context))
                        .extracting(Finding::dataSource)
                        .containsExactly("primary", "replica"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Router {
        @Bean
        @Primary
        DataSource router(@Qualifier("primary") DataSource primary, @Qualifier("replica") DataSource replica) {
            AbstractRoutingDataSource router = new AbstractRoutingDataSource() {
                @Override
                protected Object determineCurrentLookupKey() {
                    return "primary";
                }
            };
            router.setTargetDataSources(Map.of("primary", primary, "replica", replica));
            return router;
        }
    }

    @Test
    void findsADataSourceThatNobodyWrapped(TestDatabase database) {
        application(database.application())
                .withInitializer(context -> context.getBeanFactory().registerSingleton("early", database.application()))
                .run(context ->
                        assertThat(findings(context)).containsExactly(new Finding("early", Rule.NOT_BOUND, List.of())));
    }

    @Test
    void saysSoWithoutTheDatabaseToo(TestDatabase database) {
        application(database.application())
                .withInitializer(context -> context.getBeanFactory().registerSingleton("early", database.application()))
                .withPropertyValues("tenant-datasource.start-up-check=off")
                .run(context -> assertThat(log.list)
                        .extracting(ILoggingEvent::getFormattedMessage)
                        .containsExactly("Start-up check: " + new Finding("early", Rule.NOT_BOUND, List.of())));
    }

    @Test
    void saysThatItSkipsWhatIsNotPostgres(TestDatabase database) {
        application(database.application())
                .withPropertyValues(FAIL)
                .withBean("other", DataSource.class, OtherDatabase::new)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(log.list)
                            .extracting(ILoggingEvent::getFormattedMessage)
                            .containsExactly(
                                    "Start-up check: data source 'other': Other is not PostgreSQL, so its policies"
                                            + " cannot be checked. Next: name it in tenant-datasource.exclude");
                });
    }

    /** Answers what it is called, and nothing else. */
    private static final class OtherDatabase extends AbstractDataSource {

        @Override
        public Connection getConnection() {
            return proxy(
                    Connection.class,
                    Map.of("getMetaData", proxy(DatabaseMetaData.class, Map.of("getDatabaseProductName", "Other"))));
        }

        @Override
        public Connection getConnection(String username, String password) {
            return getConnection();
        }

        private static <T> T proxy(Class<T> type, Map<String, Object> answers) {
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(),
                    new Class<?>[] {type},
                    (self, method, args) -> answers.get(method.getName())));
        }
    }
}
