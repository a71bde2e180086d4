package io.tenantdatasource.spring.cache;

import io.tenantdatasource.Tenant;
import java.io.Serializable;

/**
 * A key that is of one tenant. Caches outside of the process keep it as it is serialized, or by its text, so that is never the same for
 * two: each value comes with its length.
 *
 * @param organization whose it is
 * @param user whose of theirs, or null for the organization as a whole
 * @param key what the application calls it
 */
record TenantKey(String organization, String user, Object key) implements Serializable {

    TenantKey(Tenant tenant, Object key) {
        this(tenant.organizationId(), tenant.userId(), key);
    }

    @Override
    public String toString() {
        return counted(organization) + (user == null ? "-" : counted(user)) + ":" + key;
    }

    private static String counted(String value) {
        return value.length() + ":" + value + ":";
    }
}
