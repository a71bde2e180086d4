package io.tenantdatasource.spring.startup;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set about the start-up check. The parameters' descriptions are what an IDE shows.
 *
 * @param startUpCheck What happens if the database would not keep tenants apart, as seen when the application starts: warn
 *     logs each finding, fail stops the application, off does not look, and opens no connection.
 * @param startUpCheckIgnore Tables that the start-up check says nothing about, as table or schema.table.
 */
@ConfigurationProperties("tenant-datasource")
record StartUpCheckProperties(
        @DefaultValue("warn") Mode startUpCheck,
        @DefaultValue Set<String> startUpCheckIgnore) {

    enum Mode {
        WARN,
        FAIL,
        OFF
    }

    /** Quoted names have to be given as PostgreSQL writes them. */
    boolean ignores(String table) {
        return startUpCheckIgnore.stream().anyMatch(ignored -> table.equals(ignored) || table.endsWith("." + ignored));
    }
}
