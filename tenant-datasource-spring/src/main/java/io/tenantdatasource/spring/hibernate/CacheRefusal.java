package io.tenantdatasource.spring.hibernate;

import io.tenantdatasource.spring.internal.MisconfigurationException;
import java.util.ArrayList;
import java.util.List;

/** Says what is cached, why that is not refused for nothing, and what to do. */
final class CacheRefusal {

    private CacheRefusal() {}

    static MisconfigurationException of(String beanName, CachedAcrossTenants cached) {
        return new MisconfigurationException(description(beanName, cached), action(cached));
    }

    private static String description(String beanName, CachedAcrossTenants cached) {
        return "Hibernate of '" + beanName + "' would answer one tenant with what another one has read, out of "
                + caches(cached) + ". What is found in a cache is not asked of the database, so no policy is asked.";
    }

    private static String caches(CachedAcrossTenants cached) {
        List<String> caches = new ArrayList<>();
        if (cached.secondLevel()) {
            caches.add("the second-level cache (" + secondLevel(cached) + ")");
        }
        if (cached.queries()) {
            caches.add("the query cache");
        }
        return String.join(" and ", caches);
    }

    private static String secondLevel(CachedAcrossTenants cached) {
        List<String> parts = new ArrayList<>();
        addTo(parts, "entities: ", cached.entities());
        addTo(parts, "natural ids of: ", cached.naturalIds());
        addTo(parts, "collections: ", cached.collections());
        return String.join("; ", parts);
    }

    private static void addTo(List<String> parts, String kind, List<String> names) {
        if (!names.isEmpty()) {
            parts.add(kind + String.join(", ", names));
        }
    }

    private static String action(CachedAcrossTenants cached) {
        List<String> actions = new ArrayList<>();
        if (cached.secondLevel()) {
            actions.add(
                    "Switch the second-level cache off (spring.jpa.properties.hibernate.cache.use_second_level_cache="
                            + "false), take @Cache, @NaturalIdCache or @Cacheable off what belongs to tenants, or, where the rows"
                            + " are the same for every tenant, name it in " + TenantHibernateProperties.SHARED_CACHE
                            + ".");
        }
        if (cached.queries()) {
            actions.add(
                    "Switch the query cache off (spring.jpa.properties.hibernate.cache.use_query_cache=false), or, if"
                            + " every cacheable query has the same result for every tenant, set "
                            + TenantHibernateProperties.SHARED_QUERY_CACHE + "=true.");
        }
        return String.join(" ", actions);
    }
}
