package io.tenantdatasource.internal.binding;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

/** What is refused before it is sent. */
public final class Refusals {

    private Refusals() {}

    /**
     * Of a text of several statements.
     *
     * @return the exception
     */
    public static SQLException ofTextThatGoesOn() {
        return new SQLFeatureNotSupportedException(
                "This text may take away the tenant or the role, or roll back the transaction in which it was told, and goes on"
                        + " for nobody. It was not run. Run its statements one by one",
                "0A000");
    }
}
