package io.tenantdatasource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The example of docs/tenants.md: a scoped value says who the tenant is. */
class ScopedValueResolverTest {

    private static final ScopedValue<Tenant> TENANT = ScopedValue.newInstance();

    @Test
    void aScopedValueIsAResolver() {
        TenantResolver resolver = () -> TENANT.isBound() ? Optional.of(TENANT.get()) : Optional.empty();

        assertThat(resolver.resolve()).isEmpty();
        ScopedValue.where(TENANT, Tenant.of("acme"))
                .run(() -> assertThat(resolver.resolve()).contains(Tenant.of("acme")));
        assertThat(resolver.resolve()).isEmpty();
    }
}
