package io.tenantdatasource.internal.checkout;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.internal.PostgresText;
import io.tenantdatasource.internal.SettingName;
import io.tenantdatasource.internal.binding.SessionSettings;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The settings of a tenant, and what each holds.
 *
 * @param settings in the order in which they are written
 * @param role the role to assume, or empty to stay who the pool logged in as
 */
public record TenantSettings(List<Setting> settings, Optional<String> role) {

    private static final String NO_TENANT = "";

    /**
     * A setting and the value that it has for a tenant.
     *
     * @param name the setting
     * @param value its value; null stands for the empty text
     */
    public record Setting(SettingName name, Function<Tenant, String> value) {

        private String valueFor(Optional<Tenant> tenant) throws SQLException {
            String text = tenant.map(value).orElse(NO_TENANT);
            try {
                return PostgresText.requireStorable("the value of setting " + name, text);
            } catch (IllegalArgumentException e) {
                throw new SQLException(e.getMessage() + ". No connection was borrowed", "22023", e);
            }
        }
    }

    /** What is written to a session. */
    SessionSettings written() {
        return new SessionSettings(names(), role.isPresent());
    }

    /** The names of the tenant's settings. */
    public List<String> names() {
        return settings.stream().map(setting -> setting.name().value()).toList();
    }

    /** One value for each setting, and the role; worked out before a connection is borrowed. */
    List<String> valuesFor(Optional<Tenant> tenant) throws SQLException {
        List<String> values = new ArrayList<>(settings.size() + 1);
        for (Setting setting : settings) {
            values.add(setting.valueFor(tenant));
        }
        role.ifPresent(values::add);
        return values;
    }
}
