package io.tenantdatasource;

import java.sql.SQLException;

/**
 * A connection was asked for while no tenant was set, under {@link MissingTenant#FAIL}. No connection was borrowed.
 * SQLState 28000 (invalid authorization specification).
 */
public class MissingTenantException extends SQLException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception. */
    public MissingTenantException() {
        super(
                "No tenant is set, so no connection was borrowed: open one with TenantContext.open(tenant) around this"
                        + " code, or let the data source's TenantResolver find it",
                "28000");
    }
}
