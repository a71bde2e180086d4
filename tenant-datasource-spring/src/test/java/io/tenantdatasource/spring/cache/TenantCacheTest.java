package io.tenantdatasource.spring.cache;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantResolver;
import io.tenantdatasource.spring.TenantDataSourceAutoConfiguration;
import io.tenantdatasource.test.Tenants;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.ManagedList;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.support.CompositeCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;

/** A cache answers a tenant with what was put for that tenant, and nobody with nothing. */
class TenantCacheTest {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(TenantDataSourceAutoConfiguration.class, TenantCacheAutoConfiguration.class))
            .withUserConfiguration(Caching.class);

    @Configuration(proxyBeanMethods = false)
    @EnableCaching
    static class Caching {

        @Bean
        CacheManager cacheManager() {
            ConcurrentMapCacheManager manager = new ConcurrentMapCacheManager();
            manager.setAllowNullValues(true);
            return manager;
        }

        @Bean
        Answers answers() {
            return new Answers();
        }
    }

    /** Tells for whom it computed an answer, and counts. */
    static class Answers {

        private final Map<String, CompletableFuture<String>> later = new ConcurrentHashMap<>();
        private int computed;

        @Cacheable(cacheNames = "answers", key = "#question")
        public String of(String question) {
            return answer();
        }

        @Cacheable(cacheNames = "answers", key = "#question", sync = true)
        public String atOnce(String question) {
            return answer();
        }

        @Cacheable(cacheNames = "answers", key = "#question")
        public CompletableFuture<String> later(String question) {
            return later.computeIfAbsent(name(), name -> new CompletableFuture<>());
        }

        @Cacheable("shared")
        public String shared(String question) {
            return answer();
        }

        @CacheEvict(cacheNames = "answers", key = "#question")
        public void forget(String question) {}

        @CacheEvict(cacheNames = "answers", allEntries = true)
        public void forgetAll() {}

        /** The field is the target's, which a proxy has not. */
        public void complete(Tenant tenant) {
            later.get(tenant.organizationId()).complete("of " + tenant.organizationId());
        }

        public void completeNobodys() {
            later.get("nobody").complete("of nobody");
        }

        private String answer() {
            computed++;
            return computed + " for " + name();
        }

        private static String name() {
            return TenantContext.current().map(Tenant::organizationId).orElse("nobody");
        }
    }

    private static String as(Tenant tenant, Answers answers) throws Exception {
        return Tenants.as(tenant, () -> answers.of("why"));
    }

    @Test
    void eachTenantHasAnswersOfItsOwn() {
        application.run(context -> {
            Answers answers = context.getBean(Answers.class);

            assertThat(as(ACME, answers)).isEqualTo("1 for " + ACME.organizationId());
            assertThat(as(GLOBEX, answers)).isEqualTo("2 for " + GLOBEX.organizationId());
            assertThat(as(ACME, answers)).isEqualTo("1 for " + ACME.organizationId());
            assertThat(Tenants.as(GLOBEX, () -> answers.atOnce("why"))).isEqualTo("2 for " + GLOBEX.organizationId());
        });
    }

    @Test
    void aUserHasAnswersOfTheirOwn() {
        application.run(context -> {
            Answers answers = context.getBean(Answers.class);

            as(ACME, answers);
            assertThat(as(ACME.withUser("anna"), answers)).startsWith("2 ");
            assertThat(as(ACME.withUser("bert"), answers)).startsWith("3 ");
            assertThat(as(ACME.withUser("anna"), answers)).startsWith("2 ");
        });
    }

    @Test
    void nobodyIsNotAnsweredOutOfTheCacheAndPutsNothingThere() {
        application.run(context -> {
            Answers answers = context.getBean(Answers.class);

            as(ACME, answers);
            assertThat(answers.of("why")).isEqualTo("2 for nobody");
            assertThat(answers.of("why")).isEqualTo("3 for nobody");
            assertThat(answers.atOnce("why")).isEqualTo("4 for nobody");
            assertThat(as(ACME, answers)).startsWith("1 ");
        });
    }

    @Test
    void aTenantEvictsItsOwnAndNobodyEvictsAll() {
        application.run(context -> {
            Answers answers = context.getBean(Answers.class);
            as(ACME, answers);
            as(GLOBEX, answers);

            Tenants.as(ACME, () -> answers.forget("why"));
            assertThat(as(ACME, answers)).startsWith("3 ");
            assertThat(as(GLOBEX, answers)).startsWith("2 ");

            answers.forget("why");
            assertThat(as(ACME, answers)).startsWith("4 ");
            assertThat(as(GLOBEX, answers)).startsWith("5 ");

            Tenants.as(ACME, answers::forgetAll);
            assertThat(as(GLOBEX, answers)).startsWith("6 ");
        });
    }

    @Test
    void whatComesLaterIsKeptForWhoeverAskedForItOrForNobody() {
        application.run(context -> {
            Answers answers = context.getBean(Answers.class);
            Cache cache = context.getBean(CacheManager.class).getCache("answers");

            CompletableFuture<String> ofAcme = Tenants.as(ACME, () -> answers.later("when"));
            Tenants.as(GLOBEX, () -> answers.complete(ACME));
            assertThat(ofAcme.get()).isEqualTo("of " + ACME.organizationId());
            assertThat(Tenants.as(GLOBEX, () -> cache.get("when"))).isNull();
            assertThat(Tenants.as(ACME, () -> cache.get("when"))).isNull();

            Tenants.as(GLOBEX, () -> answers.later("when"));
            Tenants.as(GLOBEX, () -> answers.complete(GLOBEX));
            assertThat(Tenants.as(GLOBEX, () -> cache.get("when").get())).isEqualTo("of " + GLOBEX.organizationId());
        });
    }

    @Test
    void whatNobodyAskedForIsNotKeptForWhomTheThreadWorksThatBringsIt() {
        application.run(context -> {
            Answers answers = context.getBean(Answers.class);

            CompletableFuture<String> ofNobody = answers.later("when");
            Tenants.as(ACME, answers::completeNobodys);

            assertThat(ofNobody.get()).isEqualTo("of nobody");
            assertThat(Tenants.as(
                            ACME,
                            () -> context.getBean(CacheManager.class)
                                    .getCache("answers")
                                    .get("when")))
                    .isNull();
        });
    }

    @Test
    void eachWayIntoACacheKnowsTheTenant() {
        application.run(context -> {
            CacheManager caches = context.getBean(CacheManager.class);
            Cache cache = caches.getCache("answers");

            Tenants.as(ACME, () -> cache.put("key", "acme's"));
            for (Optional<Tenant> other : List.of(Optional.of(GLOBEX), Optional.<Tenant>empty())) {
                try (var scope = other.map(TenantContext::open).orElseGet(TenantContext::openWithoutTenant)) {
                    assertThat(cache.get("key")).isNull();
                    assertThat(cache.get("key", String.class)).isNull();
                    assertThat(caches.getCache("answers").retrieve("key")).isNull();
                }
            }
            assertThat(cache.<String>get("key", () -> "nobody's")).isEqualTo("nobody's");
            assertThat(cache.<String>retrieve("key", () -> CompletableFuture.completedFuture("nobody's"))
                            .get())
                    .isEqualTo("nobody's");
            assertThat(cache.putIfAbsent("key", "nobody's")).isNull();
            assertThatThrownBy(() -> cache.get("key", () -> {
                        throw new Exception("as it should");
                    }))
                    .isInstanceOf(Cache.ValueRetrievalException.class)
                    .hasRootCauseMessage("as it should");

            Tenants.as(GLOBEX, () -> {
                assertThat(cache.putIfAbsent("key", "globex's")).isNull();
                assertThat(cache.putIfAbsent("key", "again").get()).isEqualTo("globex's");
                assertThat(cache.<String>get("key", () -> "again")).isEqualTo("globex's");
                assertThat(cache.evictIfPresent("key")).isTrue();
                assertThat(cache.evictIfPresent("key")).isFalse();
            });
            Tenants.as(ACME, () -> {
                assertThat(cache.get("key", String.class)).isEqualTo("acme's");
                assertThat(cache.<String>retrieve("key", () -> CompletableFuture.completedFuture("again"))
                                .join())
                        .isEqualTo("acme's");
            });
            assertThat(cache.evictIfPresent("key")).as("of anybody").isTrue();
            assertThat(Tenants.as(ACME, () -> cache.get("key"))).isNull();
        });
    }

    @Test
    void whatIsTheSameForEverybodyIsShared() {
        application.withPropertyValues("tenant-datasource.caches.shared=shared").run(context -> {
            Answers answers = context.getBean(Answers.class);

            assertThat(answers.shared("why")).isEqualTo("1 for nobody");
            assertThat(Tenants.as(ACME, () -> answers.shared("why"))).isEqualTo("1 for nobody");
            assertThat(as(ACME, answers)).startsWith("2 ");
            assertThat(as(GLOBEX, answers)).startsWith("3 ");
        });
        application.run(context -> {
            Answers answers = context.getBean(Answers.class);
            answers.shared("why");
            assertThat(answers.shared("why")).as("not shared unless it is said").isEqualTo("2 for nobody");
        });
    }

    @Test
    void aManagerOfManagersKeepsThemApartOnce() {
        ManagedList<Object> managers = new ManagedList<>();
        managers.add(new RuntimeBeanReference("cacheManager"));

        application
                .withBean("all", CompositeCacheManager.class, CompositeCacheManager::new, bean -> {
                    bean.getPropertyValues().add("cacheManagers", managers);
                    bean.setPrimary(true);
                })
                .run(context -> {
                    CacheManager all = context.getBean("all", CacheManager.class);

                    Tenants.as(ACME, () -> all.getCache("inner").put("key", "acme's"));

                    assertThat(all.getCacheNames()).containsExactly("inner");
                    assertThat(Tenants.as(GLOBEX, () -> all.getCache("inner").get("key")))
                            .isNull();
                    assertThat(((Map<?, ?>) all.getCache("inner").getNativeCache()).keySet())
                            .isEqualTo(Set.of(new TenantKey(ACME, "key")));
                });
    }

    @Test
    void theApplicationsResolverTellsTheTenantAndMayUseACacheItself() {
        application.withBean(CachingResolver.class).run(context -> {
            Answers answers = context.getBean(Answers.class);
            Cache cache = context.getBean(CacheManager.class).getCache("answers");

            answers.of("why");

            assertThat(((Map<?, ?>) cache.getNativeCache()).keySet()).isEqualTo(Set.of(new TenantKey(GLOBEX, "why")));
        });
    }

    /** Asks what is cached for whom it works. */
    static class CachingResolver implements TenantResolver {

        private final Answers answers;

        CachingResolver(@Lazy Answers answers) {
            this.answers = answers;
        }

        @Override
        public Optional<Tenant> resolve() {
            answers.of("who");
            return Optional.of(GLOBEX);
        }
    }

    @Test
    void whoReadsSeveralOrganizationsHasAnswersOfItsOwn() {
        application.run(context -> {
            Cache cache = context.getBean(CacheManager.class).getCache("notes");
            TenantContext.run(ACME.reading("b"), () -> cache.put("key", "of two"));
            for (Tenant other : List.of(ACME, Tenant.of("b"), ACME.reading("b", "c"), ACME.reading("c"))) {
                assertThat(TenantContext.call(other, () -> cache.get("key"))).isNull();
            }
            assertThat(TenantContext.call(ACME.reading("b"), () -> cache.get("key", String.class)))
                    .isEqualTo("of two");
        });
    }

    @Test
    void canBeSwitchedOff() {
        for (String property : List.of("tenant-datasource.caches.by-tenant=false", "tenant-datasource.enabled=false")) {
            application
                    .withPropertyValues(property)
                    .run(context -> assertThat(context.getBean(CacheManager.class))
                            .isInstanceOf(ConcurrentMapCacheManager.class));
        }
    }

    @Test
    void aManagerThatIsCreatedBeforeItCanBeWrappedStopsTheStart() {
        application
                .withBean(AsksEarly.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining(
                                "The CacheManager [cacheManager] would answer a tenant with what was put for another"));
        application
                .withBean(AsksEarly.class)
                .withPropertyValues("tenant-datasource.caches.by-tenant=false")
                .run(context -> assertThat(context).hasNotFailed());
    }

    /** Post-processors are created first, with whatever they ask for. */
    static class AsksEarly implements BeanPostProcessor, PriorityOrdered, BeanFactoryAware {

        @Override
        public void setBeanFactory(BeanFactory beans) {
            beans.getBean(CacheManager.class);
        }

        @Override
        public int getOrder() {
            return Ordered.HIGHEST_PRECEDENCE;
        }
    }

    @Test
    void aMisspelledPropertyStopsTheStart() {
        application
                .withPropertyValues("tenant-datasource.caches.share=countries")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("tenant-datasource.caches.share"));
    }

    static Stream<List<TenantKey>> alike() {
        return Stream.of(
                List.of(key("a", null, "k"), key("a", "-", "k")),
                List.of(key("a", null, "k"), key("a", "null", "k")),
                List.of(key("a:1", "b", "k"), key("a", "1:b", "k")),
                List.of(key("a", "b", "c:k"), key("a", "b:c", "k")),
                List.of(key("a:1:b", null, "k"), key("a", "b", "-:k")),
                List.of(key("a", null, "k"), key("a", null, "k", "b")),
                List.of(key("a", null, "k", "b"), key("a", null, "k", "b", "c")),
                List.of(key("a", null, "k", "b", "c"), key("a", null, "k", "b:1:c")),
                List.of(key("a", null, "k", "b"), key("a", null, "1:b::k")),
                List.of(key("a", "b", "k"), key("a", null, "k", "b")));
    }

    private static TenantKey key(String organization, String user, String key, String... alsoReads) {
        return new TenantKey(new Tenant(organization, user).reading(alsoReads), key);
    }

    @ParameterizedTest
    @MethodSource("alike")
    void theTextOfAKeyIsThatOfOneTenant(List<TenantKey> keys) {
        assertThat(keys.get(0).toString()).isNotEqualTo(keys.get(1).toString());
        assertThat(keys.get(0)).isNotEqualTo(keys.get(1));
    }

    @Test
    void aKeyCanBeKeptOutsideOfTheProcess() throws Exception {
        TenantKey key = new TenantKey(ACME.withUser("anna").reading("b", "c"), "key");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(key);

        assertThat(new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject())
                .isEqualTo(key);
    }
}
