package io.tenantdatasource.spring.messaging;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set under {@code tenant-datasource.kafka}. The parameters' descriptions are what an IDE shows.
 *
 * @param enabled Whether records are sent with the tenant of the running code, and listeners work for the tenant of their
 *     record. Whoever may write to a topic that is listened to names any tenant.
 * @param organizationHeader Name of the header that holds the organization's id.
 * @param userHeader Name of the header that holds the user's id, where the tenant has one.
 */
@ConfigurationProperties(prefix = KafkaTenantProperties.PREFIX, ignoreUnknownFields = false)
record KafkaTenantProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("X-Organization-Id") String organizationHeader,
        @DefaultValue("X-User-Id") String userHeader) {

    static final String PREFIX = "tenant-datasource.kafka";

    KafkaTenantProperties {
        Names.requireTwo(PREFIX, "organization-header", organizationHeader, "user-header", userHeader);
    }
}
