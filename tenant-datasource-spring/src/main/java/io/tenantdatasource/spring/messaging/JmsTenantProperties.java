package io.tenantdatasource.spring.messaging;

import io.tenantdatasource.spring.internal.MisconfigurationException;
import javax.lang.model.SourceVersion;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set under {@code tenant-datasource.jms}. The parameters' descriptions are what an IDE shows.
 *
 * @param enabled Whether listeners work for the tenant of their message, and a TenantJmsTemplate sends the tenant of the running
 *     code. Whoever may write to a destination that is listened to names any tenant.
 * @param organizationProperty Name of the message's property that holds the organization's id.
 * @param userProperty Name of the message's property that holds the user's id, where the tenant has one.
 */
@ConfigurationProperties(prefix = JmsTenantProperties.PREFIX, ignoreUnknownFields = false)
record JmsTenantProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("X_Organization_Id") String organizationProperty,
        @DefaultValue("X_User_Id") String userProperty) {

    static final String PREFIX = "tenant-datasource.jms";

    JmsTenantProperties {
        Names.requireTwo(PREFIX, "organization-property", organizationProperty, "user-property", userProperty);
        requireIdentifier("organization-property", organizationProperty);
        requireIdentifier("user-property", userProperty);
    }

    /** What JMS takes as a property's name. */
    private static void requireIdentifier(String property, String name) {
        if (!SourceVersion.isIdentifier(name)) {
            throw new MisconfigurationException(
                    PREFIX + "." + property + ": '" + name + "' is no name that JMS takes, which are those of Java.",
                    "Take letters, digits and underscores only, such as X_Organization_Id.");
        }
    }
}
