package io.tenantdatasource.spring.cache;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set under {@code tenant-datasource.caches}. The parameters' descriptions are what an IDE shows.
 *
 * @param byTenant Whether CacheManager beans keep what they hold apart by the tenant of the running code.
 * @param shared Names of the caches whose entries are the same for every tenant, so that all of them share these.
 */
@ConfigurationProperties(prefix = TenantCacheProperties.PREFIX, ignoreUnknownFields = false)
record TenantCacheProperties(
        @DefaultValue("true") boolean byTenant,
        @DefaultValue Set<String> shared) {

    static final String PREFIX = "tenant-datasource.caches";
    static final String BY_TENANT = PREFIX + ".by-tenant";
}
