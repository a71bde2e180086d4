package io.tenantdatasource.spring.cache;

import io.tenantdatasource.Tenant;
import java.io.Serializable;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A key that is of one tenant. Caches outside of the process keep it as it is serialized, or by its text, so that is never the same for
 * two: each value comes with its length.
 *
 * @param organization whose it is
 * @param user whose of theirs, or null for the organization as a whole
 * @param alsoReads the further organizations whose rows are in the answer
 * @param key what the application calls it
 */
record TenantKey(String organization, String user, Set<String> alsoReads, Object key) implements Serializable {

    TenantKey(Tenant tenant, Object key) {
        this(tenant.organizationId(), tenant.userId(), tenant.alsoReads(), key);
    }

    @Override
    public String toString() {
        return counted(organization)
                + (user == null ? "-" : counted(user))
                + alsoReads.stream().map(TenantKey::counted).collect(Collectors.joining())
                + ":" + key;
    }

    private static String counted(String value) {
        return value.length() + ":" + value + ":";
    }
}
