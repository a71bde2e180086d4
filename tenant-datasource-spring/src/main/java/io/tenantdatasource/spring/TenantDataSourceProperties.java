package io.tenantdatasource.spring;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set under {@code tenant-datasource}. The parameters' descriptions are what an IDE shows.
 *
 * @param enabled Whether DataSource beans bind their connections to the tenant of the running code.
 * @param exclude Names of the DataSource beans that are left as they are, such as the one that migrations run on.
 */
@ConfigurationProperties(TenantDataSourceProperties.PREFIX)
record TenantDataSourceProperties(
        @DefaultValue("true") boolean enabled, @DefaultValue Set<String> exclude) {

    static final String PREFIX = "tenant-datasource";
}
