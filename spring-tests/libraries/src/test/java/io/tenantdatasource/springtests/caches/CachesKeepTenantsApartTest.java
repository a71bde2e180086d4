package io.tenantdatasource.springtests.caches;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.springtests.libraries.BooksSchema;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.Tenants;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/** {@code @Cacheable} methods, whose keys do not hold the organization. */
@SpringBootTest(properties = "tenant-datasource.caches.shared=languages")
@TenantDatabase(
        schema = BooksSchema.class,
        memberOf = {"authenticated", "session_login"})
class CachesKeepTenantsApartTest {

    @SpringBootApplication
    @EnableCaching
    static class CachingApplication {

        @Bean
        CacheManager cacheManager() {
            return new ConcurrentMapCacheManager();
        }

        @Bean
        Shelf shelf(JdbcTemplate jdbc) {
            return new Shelf(jdbc);
        }
    }

    static class Shelf {

        private final JdbcTemplate jdbc;

        Shelf(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Cacheable("titles")
        public List<String> titles() {
            return jdbc.queryForList("select title from books order by title", String.class);
        }

        @Cacheable("languages")
        public List<String> languages() {
            return jdbc.queryForList("select name from languages", String.class);
        }

        @CacheEvict(cacheNames = "titles", allEntries = true)
        public void add(String title) {
            jdbc.update("insert into books (title) values (?)", title);
        }
    }

    @Autowired
    private Shelf shelf;

    @Autowired
    private CacheManager caches;

    @Test
    void eachTenantIsAnsweredWithItsOwnRows() throws Exception {
        assertThat(Tenants.as(ACME, shelf::titles)).containsExactly("anvils", "rockets");
        assertThat(Tenants.as(GLOBEX, shelf::titles)).containsExactly("lasers");
        assertThat(Tenants.as(ACME, shelf::titles))
                .isSameAs(Tenants.as(ACME, shelf::titles))
                .containsExactly("anvils", "rockets");
        assertThat(shelf.titles()).isEmpty();

        Tenants.as(GLOBEX, () -> shelf.add("mirrors"));
        assertThat(Tenants.as(GLOBEX, shelf::titles)).containsExactly("lasers", "mirrors");
    }

    @Test
    void whatIsTheSameForEverybodyIsAskedForOnce() throws Exception {
        List<String> languages = Tenants.as(ACME, shelf::languages);

        assertThat(languages).containsExactly("English");
        assertThat(Tenants.as(GLOBEX, shelf::languages)).isSameAs(languages);
        assertThat(caches.getCacheNames()).contains("languages");
    }
}
