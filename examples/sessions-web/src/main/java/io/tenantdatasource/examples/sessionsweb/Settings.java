package io.tenantdatasource.examples.sessionsweb;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What can be set under {@code sessions-web}.
 *
 * @param cookies what cookies are like
 * @param lifetimeDays how long a session lasts
 */
@ConfigurationProperties("sessions-web")
record Settings(CookieSettings cookies, int lifetimeDays) {

    /**
     * What cookies are like.
     *
     * @param secure whether browsers send them over HTTPS only
     */
    record CookieSettings(boolean secure) {}
}
