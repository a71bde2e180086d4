package io.tenantdatasource.internal.checkout;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantDataSourceListener;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the builder was told.
 *
 * @param resolver who the running code works for
 * @param settings what a tenant's connections are told
 * @param binding when they are told
 * @param refusesSwitch whether a statement for another tenant is refused
 * @param refusal the exception for that
 * @param destroysUnwrapped whether a connection whose driver's object was handed out is destroyed on return
 * @param resetsWhole whether all settings of a session are brought back on return
 * @param checkoutPlace where the connection at hand was checked out
 * @param listener is told what happens
 */
public record Configuration(
        Supplier<Optional<Tenant>> resolver,
        TenantSettings settings,
        Tellers binding,
        boolean refusesSwitch,
        Refusal refusal,
        boolean destroysUnwrapped,
        boolean resetsWhole,
        Supplier<Optional<String>> checkoutPlace,
        TenantDataSourceListener listener) {

    /** Makes the exception for a statement that runs for another tenant than its connection. */
    @FunctionalInterface
    public interface Refusal {

        /**
         * Makes it.
         *
         * @param checkedOutFor the tenant of the connection, or empty if it is bound to none
         * @param checkoutPlace where it was checked out, if that is known
         * @param current the tenant that the running code works for
         * @param statementPlace where the statement is run, if that is known
         * @return the exception
         */
        SQLException of(
                Optional<Tenant> checkedOutFor,
                Optional<String> checkoutPlace,
                Tenant current,
                Optional<String> statementPlace);
    }

    /**
     * Who the running code works for.
     *
     * @return the tenant, or empty
     * @throws NullPointerException if the resolver gave null
     */
    public Optional<Tenant> currentTenant() {
        return Objects.requireNonNull(
                resolver.get(), "TenantResolver returned null; it has to return Optional.empty() for no tenant");
    }
}
