package io.tenantdatasource.internal.binding;

import io.tenantdatasource.internal.sql.SqlText;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

/** What is refused before it is sent. */
public final class Refusals {

    private Refusals() {}

    /**
     * Refuses a text of which a statement may take away the tenant, and another would ask for it.
     *
     * @param text what is to be run
     * @throws SQLException if that is so, or nobody knows
     */
    public static void refuse(SqlText text) throws SQLException {
        if (text.goesOnAfterTaking()) {
            throw ofTextThatGoesOn();
        }
        if (text.mayBeSeveralUnread()) {
            throw new SQLFeatureNotSupportedException(
                    "Nobody but the server can say for certain where the statements of this text begin and end, and one of them"
                            + " may take away the tenant or the role before another one asks. It was not run. Run its"
                            + " statements one by one",
                    "0A000");
        }
    }

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
