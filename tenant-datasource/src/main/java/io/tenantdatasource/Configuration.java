package io.tenantdatasource;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** What the builder was told. */
record Configuration(
        TenantResolver resolver,
        SessionSettings settings,
        Binding binding,
        ServerSessions sessions,
        MissingTenant missingTenant,
        TenantSwitch tenantSwitch,
        Supplier<Optional<String>> checkoutPlace,
        TenantDataSourceListener listener) {

    Optional<Tenant> currentTenant() {
        return Objects.requireNonNull(
                resolver.resolve(), "TenantResolver returned null; it has to return Optional.empty() for no tenant");
    }
}
