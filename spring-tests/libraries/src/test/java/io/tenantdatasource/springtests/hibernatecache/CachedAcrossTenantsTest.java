package io.tenantdatasource.springtests.hibernatecache;

import static io.tenantdatasource.springtests.libraries.BooksSchema.ANVILS;
import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.springtests.libraries.BooksSchema;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import io.tenantdatasource.test.TestDatabase;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/** Hibernate's caches answer whoever asks. So they are refused, unless what they hold is everybody's. */
@TenantDatabase(
        schema = BooksSchema.class,
        memberOf = {"authenticated", "session_login"})
class CachedAcrossTenantsTest {

    private static final String BOOK = CachedBook.class.getName();
    private static final String LANGUAGE = Language.class.getName();

    private static final String NOT_REFUSED = "tenant-datasource.hibernate.refuse-cache=false";
    private static final String SHARED = "tenant-datasource.hibernate.shared-cache=";
    private static final String QUERIES = "spring.jpa.properties.hibernate.cache.use_query_cache=true";
    private static final String NO_SECOND_LEVEL = "spring.jpa.properties.hibernate.cache.use_second_level_cache=false";

    private static final String REGION_FACTORY = "spring.jpa.properties.hibernate.cache.region.factory_class=jcache";

    private String[] database;

    @BeforeEach
    void connectAsTheApplication(TestDatabase database) {
        PGSimpleDataSource user = database.application();
        this.database = new String[] {
            "spring.datasource.url=" + user.getURL(),
            "spring.datasource.username=" + user.getUser(),
            "spring.datasource.password=" + user.getPassword(),
            "spring.jpa.properties.hibernate.javax.cache.missing_cache_strategy=create"
        };
    }

    private ApplicationContextRunner application(String... properties) {
        return new ApplicationContextRunner()
                .withUserConfiguration(HibernateAlone.class)
                .withPropertyValues(database)
                .withPropertyValues(properties);
    }

    @Test
    void leaksWithoutUs() {
        application(NOT_REFUSED, QUERIES).run(context -> {
            List<Function<Session, Object>> questions = List.of(
                    CachedAcrossTenantsTest::titleById,
                    CachedAcrossTenantsTest::titleByNaturalId,
                    CachedAcrossTenantsTest::titles);

            for (Function<Session, Object> question : questions) {
                Object toAcme = ask(ACME, context, question);
                assertThat(toAcme).asString().contains("anvils");
                assertThat(ask(GLOBEX, context, question)).isEqualTo(toAcme);
            }
        });
    }

    @Test
    void asksTheDatabaseWhereNothingIsCached() {
        application(NO_SECOND_LEVEL).run(context -> {
            assertThat(ask(ACME, context, CachedAcrossTenantsTest::titleById)).isEqualTo("anvils");
            assertThat(ask(ACME, context, CachedAcrossTenantsTest::titles)).isEqualTo(List.of("anvils", "rockets"));

            assertThat(ask(GLOBEX, context, CachedAcrossTenantsTest::titleById)).isEqualTo("none");
            assertThat(ask(GLOBEX, context, CachedAcrossTenantsTest::titleByNaturalId))
                    .isEqualTo("none");
            assertThat(ask(GLOBEX, context, CachedAcrossTenantsTest::titles)).isEqualTo(List.of("lasers"));
        });
    }

    private static Object titleById(Session session) {
        CachedBook book = session.find(CachedBook.class, ANVILS);
        return book == null ? "none" : book.title();
    }

    private static Object titles(Session session) {
        return session.createQuery("select title from CachedBook order by id", String.class)
                .setCacheable(true)
                .getResultList();
    }

    private static Object titleByNaturalId(Session session) {
        return session.bySimpleNaturalId(CachedBook.class)
                .loadOptional("anvils")
                .map(CachedBook::title)
                .orElse("none");
    }

    private static Object ask(Tenant tenant, ApplicationContext context, Function<Session, Object> question)
            throws Exception {
        SessionFactory factory = context.getBean(EntityManagerFactory.class).unwrap(SessionFactory.class);
        return Tenants.as(tenant, () -> factory.fromTransaction(question));
    }

    @Test
    void doesNotStartWithASecondLevelCacheOfWhatBelongsToTenants() {
        application(SHARED + LANGUAGE)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContainingAll(
                                "'entityManagerFactory'",
                                "(entities: " + BOOK,
                                "natural ids of: " + BOOK,
                                "collections: " + BOOK + ".chapters)",
                                "use_second_level_cache=false",
                                "tenant-datasource.hibernate.shared-cache")
                        .hasMessageNotContainingAny(LANGUAGE, "query cache"));
    }

    /** Spring Boot takes these for true as well. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "on", "yes"})
    void isNotSwitchedOffByAnotherWordForTrue(String value) {
        application("tenant-datasource.hibernate.refuse-cache=" + value)
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("(entities: " + BOOK));
    }

    @Test
    void startsWithACacheOfWhatIsTheSameForEveryTenant() {
        application(SHARED + LANGUAGE + "," + BOOK + "," + BOOK + ".chapters")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void doesNotStartWithAQueryCache() {
        application(REGION_FACTORY, NO_SECOND_LEVEL, QUERIES)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContainingAll("out of the query cache.", "use_query_cache=false")
                        .hasMessageNotContaining("second-level"));
    }

    /** With a query cache, and a region factory that it has found by itself, Hibernate switches the other one on again. */
    @Test
    void looksAtWhatHibernateDoesRatherThanAtWhatItWasTold() {
        application(NO_SECOND_LEVEL, QUERIES)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContainingAll("second-level cache (entities: " + BOOK, "and the query cache."));
    }

    @Test
    void startsWithAQueryCacheWhoseResultsAreTheSameForEveryTenant() {
        application(REGION_FACTORY, NO_SECOND_LEVEL, QUERIES, "tenant-datasource.hibernate.shared-query-cache=true")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void isOfNoConcernWhereTheDataSourceIsNotBound() {
        application("tenant-datasource.exclude=dataSource")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void isRefusedOverARouterThatCannotTellYet(TestDatabase database) {
        application(
                        "spring.jpa.hibernate.ddl-auto=none",
                        "spring.jpa.database-platform=org.hibernate.dialect.PostgreSQLDialect",
                        "spring.jpa.properties.hibernate.boot.allow_jdbc_metadata_access=false")
                .withBean("router", DataSource.class, () -> routerWithoutATarget(database.application()))
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("(entities: " + BOOK));
    }

    private static DataSource routerWithoutATarget(DataSource target) {
        AbstractRoutingDataSource router = new AbstractRoutingDataSource() {
            @Override
            protected Object determineCurrentLookupKey() {
                return null;
            }
        };
        router.setTargetDataSources(Map.of("main", TenantDataSource.wrap(target)));
        return router;
    }

    @Test
    void isOfNoConcernToOtherProviders() {
        application()
                .withBean(
                        "entityManagerFactory", EntityManagerFactory.class, CachedAcrossTenantsTest::ofAnotherProvider)
                .run(context -> assertThat(context).hasNotFailed());
    }

    private static EntityManagerFactory ofAnotherProvider() {
        return (EntityManagerFactory) Proxy.newProxyInstance(
                CachedAcrossTenantsTest.class.getClassLoader(),
                new Class<?>[] {EntityManagerFactory.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "unwrap" -> throw new PersistenceException("not ours");
                    case "hashCode" -> 1;
                    default -> null;
                });
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void tellsItTheWaySpringBootTellsOtherMistakes(CapturedOutput output) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(CachingApplication.class)
                        .web(WebApplicationType.NONE)
                        .properties(database)
                        .run())
                .rootCause()
                .hasMessageContaining("would answer one tenant with what another one has read");
        assertThat(output)
                .containsSubsequence(
                        "APPLICATION FAILED TO START", "Description:", BOOK, LANGUAGE, "Action:", "Switch the second");
    }
}
