package io.tenantdatasource.internal.binding;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a session was when it was seen first: what the pool or the URL has set, and what has to be there again when it goes
 * back.
 *
 * @param inventory who it is and what it holds
 * @param tenantDefaults what the settings of a tenant are by default, in their order: empty, unless {@code ALTER ROLE}, {@code
 *     ALTER DATABASE} or the URL gives them one
 * @param namesakes by which of PostgreSQL's names users have functions
 * @param settings its settings by name, if all of them are to be brought back; else empty
 */
public record AtConnect(
        Inventory inventory, List<String> tenantDefaults, Set<String> namesakes, Map<String, SessionSetting> settings) {

    /** Copies the names. */
    public AtConnect {
        namesakes = Set.copyOf(namesakes);
    }

    /**
     * Whether all settings are brought back, also those that pools bring back by themselves.
     *
     * @return false if only what can show another tenant's rows is
     */
    public boolean isWhole() {
        return !settings.isEmpty();
    }
}
