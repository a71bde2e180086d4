package io.tenantdatasource;

import java.sql.SQLException;
import java.util.Optional;

/**
 * A statement was run for another tenant than its connection was checked out for, under {@link TenantSwitch#FAIL}. It
 * was not sent to the server; the connection is unharmed and still bound to the tenant of its checkout. The message names
 * both tenants, the line of the application that ran the statement, and where the connection was checked out if {@link
 * TenantDataSource.Builder#checkoutPlace} knows. SQLState 42501 (insufficient privilege).
 */
public class TenantSwitchException extends SQLException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param checkedOutFor the tenant of the connection, or empty if it is bound to none
     * @param current the tenant that the running code works for
     */
    public TenantSwitchException(Optional<Tenant> checkedOutFor, Tenant current) {
        this(checkedOutFor, Optional.empty(), current, Optional.empty());
    }

    /** Names both places, as far as they are known. */
    TenantSwitchException(
            Optional<Tenant> checkedOutFor,
            Optional<String> checkoutPlace,
            Tenant current,
            Optional<String> statementPlace) {
        super(
                "The statement was not sent: its connection was checked out for "
                        + checkedOutFor.map(TenantNames::of).orElse("no tenant")
                        + checkoutPlace.map(place -> " in " + place).orElse("")
                        + ", but the running code now works for " + TenantNames.of(current)
                        + statementPlace.map(place -> " at " + place).orElse("")
                        + ". Close the connection before switching, or check out another one for the new tenant, such as"
                        + " with a transaction of its own",
                "42501");
    }
}
