package io.tenantdatasource;

import io.tenantdatasource.internal.pgjdbc.BindingFailure;
import io.tenantdatasource.internal.pgjdbc.LocalSettings;
import io.tenantdatasource.internal.pgjdbc.TransactionCarrier;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether connections are told their tenant at checkout, or with their transactions. */
interface Binding {

    /** All is told at checkout. */
    Binding AT_CHECKOUT = (physical, values, failure) -> Optional.empty();

    static Binding of(TenantBinding binding, SessionSettings settings) {
        return switch (binding) {
            case CHECKOUT -> AT_CHECKOUT;
            case TRANSACTION -> new WithTransactions(new LocalSettings(settings.names()));
        };
    }

    /**
     * Returns what will tell the tenant to the server, or empty if the connection has to be bound now.
     *
     * @param physical the connection that was borrowed
     * @param values of the settings
     * @param failure destroys the connection, if the tenant cannot be told
     */
    Optional<TransactionCarrier> carrier(Connection physical, List<String> values, BindingFailure failure)
            throws SQLException;

    /** Relies on what the driver does, so looks once whether it does. */
    final class WithTransactions implements Binding {

        private static final Logger LOG = LoggerFactory.getLogger(TenantDataSource.class);

        private enum Support {
            UNKNOWN,
            GIVEN,
            MISSING
        }

        private final LocalSettings settings;
        private volatile Support support = Support.UNKNOWN;

        WithTransactions(LocalSettings settings) {
            this.settings = settings;
        }

        @Override
        public Optional<TransactionCarrier> carrier(Connection physical, List<String> values, BindingFailure failure)
                throws SQLException {
            if (support == Support.UNKNOWN) {
                look(physical);
            }
            return support == Support.GIVEN
                    ? TransactionCarrier.of(physical, settings, values, failure)
                    : Optional.empty();
        }

        /** Several threads may look at once, and all see the same. */
        private void look(Connection physical) throws SQLException {
            if (isGiven(physical)) {
                support = Support.GIVEN;
            } else {
                support = Support.MISSING;
                LOG.warn(
                        "TenantBinding.TRANSACTION relies on pgjdbc, and {} is another driver, or hides it, or sends two"
                                + " statements in another way: connections are bound at checkout instead, for two round"
                                + " trips each, and not behind a transaction pooler",
                        physical.getClass().getName());
            }
        }

        private boolean isGiven(Connection physical) throws SQLException {
            try {
                return TransactionCarrier.isSupportedBy(physical, settings);
            } catch (LinkageError e) {
                LOG.debug("pgjdbc is not there, or has changed", e);
                return false;
            }
        }
    }
}
