package io.tenantdatasource.internal.checkout;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.internal.binding.KnownSessions;
import io.tenantdatasource.internal.binding.SessionSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Checks out the connections of one data source. Safe for concurrent use. */
public final class Checkouts {

    private final Configuration configuration;
    private final Sessions sessions;

    /**
     * For one data source.
     *
     * @param configuration what the data source was built with
     */
    public Checkouts(Configuration configuration) {
        this.configuration = configuration;
        SessionSettings settings = configuration.settings().written();
        this.sessions =
                new Sessions(settings, new KnownSessions(settings, configuration.resetsWhole()), new ServerSessions());
    }

    /**
     * Borrows a connection and binds it. Values are worked out first, so that a bad one is refused before anything is
     * borrowed.
     *
     * @param source the pool
     * @param tenant who it works for, or empty
     * @return the bound connection
     * @throws SQLException if the pool has none to give, or if it could not be bound; it was destroyed then
     */
    public Connection open(ConnectionSource source, Optional<Tenant> tenant) throws SQLException {
        List<String> values = configuration.settings().valuesFor(tenant);
        return Checkout.of(source.borrow(), configuration, sessions, tenant, values);
    }
}
