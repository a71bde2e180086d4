package io.tenantdatasource;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a {@link TenantDataSource} was built with, for those who show or check it. Names and rules, never a value of a
 * tenant.
 *
 * @param binding when its connections are to be bound
 * @param onMissingTenant what a checkout without a tenant does
 * @param onTenantSwitch what a statement for another tenant than the connection's does
 * @param settings the names of the settings that it writes: the organization's, the user's, and further ones
 * @param assumedRole the role that a connection assumes with the tenant, or empty if it stays who the pool logged in as
 */
public record TenantDataSourceOptions(
        TenantBinding binding,
        MissingTenant onMissingTenant,
        TenantSwitch onTenantSwitch,
        List<String> settings,
        Optional<String> assumedRole) {

    /**
     * Copies the list.
     *
     * @param binding when its connections are to be bound
     * @param onMissingTenant what a checkout without a tenant does
     * @param onTenantSwitch what a statement for another tenant than the connection's does
     * @param settings the names of the settings that it writes
     * @param assumedRole the role that a connection assumes, or empty
     * @throws NullPointerException if anything is null
     */
    public TenantDataSourceOptions {
        Objects.requireNonNull(binding, "binding is null");
        Objects.requireNonNull(onMissingTenant, "onMissingTenant is null");
        Objects.requireNonNull(onTenantSwitch, "onTenantSwitch is null");
        settings = List.copyOf(settings);
        Objects.requireNonNull(assumedRole, "assumedRole is null");
    }
}
