package io.tenantdatasource.spring.logging;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set under {@code tenant-datasource.logging}. The parameters' descriptions are what an IDE shows.
 *
 * @param mdc Whether log messages are given the tenant of the running code, in SLF4J's MDC.
 * @param organizationKey Key of the organization's id in the MDC.
 * @param userKey Key of the user's id in the MDC.
 */
@ConfigurationProperties(prefix = "tenant-datasource.logging", ignoreUnknownFields = false)
record TenantLoggingProperties(
        @DefaultValue("false") boolean mdc,
        @DefaultValue("organization_id") String organizationKey,
        @DefaultValue("user_id") String userKey) {}
