package io.tenantdatasource.spring.hibernate;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set under {@code tenant-datasource.hibernate}. The parameters' descriptions are what an IDE shows.
 *
 * @param refuseCache Whether an application does not start whose Hibernate would answer one tenant out of a cache that
 *     another one has filled.
 * @param sharedCache Entities (com.example.Country) and collections (com.example.Country.regions) whose rows are the same
 *     for every tenant, so that the second-level cache may hold them.
 * @param sharedQueryCache Whether every query that is marked as cacheable has the same result for every tenant, so that
 *     the query cache may be on.
 */
@ConfigurationProperties(prefix = TenantHibernateProperties.PREFIX, ignoreUnknownFields = false)
record TenantHibernateProperties(
        @DefaultValue("true") boolean refuseCache,
        @DefaultValue Set<String> sharedCache,
        @DefaultValue("false") boolean sharedQueryCache) {

    static final String PREFIX = "tenant-datasource.hibernate";
    static final String REFUSE_CACHE = PREFIX + ".refuse-cache";
    static final String SHARED_CACHE = PREFIX + ".shared-cache";
    static final String SHARED_QUERY_CACHE = PREFIX + ".shared-query-cache";
}
