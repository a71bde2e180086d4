package io.tenantdatasource;

import java.util.Collection;
import java.util.stream.Collectors;

/** Tenants in messages. */
final class TenantNames {

    /** More would hide what a message says; the report has them all. */
    private static final int MOST = 20;

    private TenantNames() {}

    static String of(Tenant tenant) {
        return "organization " + tenant.organizationId()
                + (tenant.userId() == null ? "" : " and user " + tenant.userId());
    }

    static String of(Collection<Tenant> tenants) {
        String first = tenants.stream().limit(MOST).map(TenantNames::of).collect(Collectors.joining(", "));
        return tenants.size() > MOST ? first + " and " + (tenants.size() - MOST) + " more" : first;
    }
}
