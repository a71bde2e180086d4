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
                + (tenant.userId() == null ? "" : " and user " + tenant.userId())
                + (tenant.alsoReads().isEmpty() ? "" : ", which also reads " + first(tenant.alsoReads()));
    }

    static String of(Collection<Tenant> tenants) {
        return first(tenants.stream().map(TenantNames::of).toList());
    }

    private static String first(Collection<String> names) {
        String first = names.stream().limit(MOST).collect(Collectors.joining(", "));
        return names.size() > MOST ? first + " and " + (names.size() - MOST) + " more" : first;
    }
}
