package io.tenantdatasource.spring.migration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set about migrations. The parameters' descriptions are what an IDE shows.
 *
 * @param migrations What happens if row security binds the user of Flyway or Liquibase, so that migrations of data would touch no row
 *     and report success: warn logs it, fail stops the application before they run, off does not look.
 */
@ConfigurationProperties("tenant-datasource")
record MigrationsProperties(@DefaultValue("warn") Mode migrations) {

    enum Mode {
        WARN,
        FAIL,
        OFF
    }
}
