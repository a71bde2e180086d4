package io.tenantdatasource.spring.http;

import io.tenantdatasource.spring.internal.MisconfigurationException;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set under {@code tenant-datasource.http-client}. The parameters' descriptions are what an IDE shows.
 *
 * @param hosts Names of the hosts that are told the tenant, without scheme and port: services of one's own that trust it. Any
 *     other host is told nothing.
 * @param organizationHeader Name of the header that the organization's id is sent in.
 * @param userHeader Name of the header that the user's id is sent in, where the tenant has one.
 */
@ConfigurationProperties(prefix = TenantHttpClientProperties.PREFIX, ignoreUnknownFields = false)
record TenantHttpClientProperties(
        @DefaultValue Set<String> hosts,
        @DefaultValue("X-Organization-Id") String organizationHeader,
        @DefaultValue("X-User-Id") String userHeader) {

    static final String PREFIX = "tenant-datasource.http-client";

    /** A name, an IPv4 address, or an IPv6 address in brackets, as in a URL. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+]");

    TenantHttpClientProperties {
        for (String host : hosts) {
            if (!HOST.matcher(host).matches()) {
                throw new MisconfigurationException(
                        PREFIX + ".hosts: '" + host + "' is not the name of a host.",
                        "Name each host that is told the tenant as it is in the URL, such as billing.internal, without scheme,"
                                + " port or wildcard.");
            }
        }
        if (organizationHeader.equalsIgnoreCase(userHeader)) {
            throw new MisconfigurationException(
                    PREFIX + ".organization-header and .user-header are the same: " + userHeader + ".",
                    "Give them two names.");
        }
    }
}
