package io.tenantdatasource.spring;

import io.tenantdatasource.MissingTenant;
import io.tenantdatasource.SessionReset;
import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.TenantSwitch;
import io.tenantdatasource.UnwrappedConnections;
import java.util.Set;
import java.util.function.Consumer;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * What can be set under {@code tenant-datasource}. The parameters' descriptions are what an IDE shows.
 *
 * @param enabled Whether DataSource beans bind their connections to the tenant of the running code.
 * @param exclude Names of the DataSource beans that are left as they are, such as one that is not PostgreSQL.
 * @param binding When a connection is told its tenant: at checkout (two round trips), or with the first statement of each
 *     transaction (none on most paths, right behind a transaction pooler).
 * @param onMissingTenant What a checkout without a tenant does: deny hands out a connection that no policy shows rows to,
 *     fail throws MissingTenantException.
 * @param onTenantSwitch What a statement does that runs for another tenant than its connection was checked out for: fail
 *     throws TenantSwitchException and is not sent, keep goes on with the tenant of the checkout.
 * @param sessionReset How much of a server session is brought back on return: isolating takes back what can show another
 *     tenant's rows, full also settings, advisory locks and what SQL text has prepared.
 * @param unwrappedConnections What becomes on return of a connection whose driver's object unwrap has handed out: keep gives it
 *     back to the pool, destroy ends it.
 * @param organizationSetting Name of the setting that the policies read the organization from.
 * @param userSetting Name of the setting that the policies read the user from.
 * @param organizationsSetting Name of the setting that the policies read the further organizations from, of a tenant that reads
 *     several. None by default: such a tenant is refused.
 * @param assumeRole Role that each connection takes on while it is checked out. None by default.
 */
@ConfigurationProperties(TenantDataSourceProperties.PREFIX)
record TenantDataSourceProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue Set<String> exclude,
        @DefaultValue("checkout") TenantBinding binding,
        @DefaultValue("deny") MissingTenant onMissingTenant,
        @DefaultValue("fail") TenantSwitch onTenantSwitch,
        @DefaultValue("isolating") SessionReset sessionReset,
        @DefaultValue("keep") UnwrappedConnections unwrappedConnections,
        @DefaultValue("app.organization_id") String organizationSetting,
        @DefaultValue("app.user_id") String userSetting,
        String organizationsSetting,
        String assumeRole) {

    static final String PREFIX = "tenant-datasource";

    TenantDataSourceProperties {
        if (!enabled) {
            throw refused(
                    "enabled", "false", "Write it as false, as another word for that does not switch tenants off");
        }
        if (organizationSetting.equalsIgnoreCase(organizationsSetting)
                || userSetting.equalsIgnoreCase(organizationsSetting)) {
            throw refused(
                    "organizations-setting",
                    organizationsSetting,
                    "It is the organization's or the user's setting too; give each a name of its own");
        }
        if (organizationSetting.equalsIgnoreCase(userSetting)) {
            throw refused(
                    "user-setting", userSetting, "It is the organization's setting too; give each a name of its own");
        }
    }

    void applyTo(TenantDataSource.Builder builder) {
        builder.binding(binding)
                .onMissingTenant(onMissingTenant)
                .onTenantSwitch(onTenantSwitch)
                .sessionReset(sessionReset)
                .unwrappedConnections(unwrappedConnections);
        apply("organization-setting", organizationSetting, builder::organizationSetting);
        apply("user-setting", userSetting, builder::userSetting);
        if (organizationsSetting != null) {
            apply("organizations-setting", organizationsSetting, builder::organizationsSetting);
        }
        if (assumeRole != null) {
            apply("assume-role", assumeRole, builder::assumeRole);
        }
    }

    private static void apply(String property, String value, Consumer<String> setter) {
        try {
            setter.accept(value);
        } catch (IllegalArgumentException e) {
            throw refused(property, value, e.getMessage());
        }
    }

    /** Spring Boot shows where a value of this exception comes from, down to file and line. */
    private static InvalidConfigurationPropertyValueException refused(String property, String value, String reason) {
        return new InvalidConfigurationPropertyValueException(PREFIX + "." + property, value, reason);
    }
}
