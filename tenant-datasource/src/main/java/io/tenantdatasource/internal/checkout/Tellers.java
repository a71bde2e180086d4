package io.tenantdatasource.internal.checkout;

import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.internal.binding.CheckedConnection;
import io.tenantdatasource.internal.binding.SessionTeller;
import io.tenantdatasource.internal.binding.Teller;
import io.tenantdatasource.internal.pgjdbc.TransactionTellers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, for each checkout, what tells the server. */
public interface Tellers {

    /** All is told to the session, at checkout. */
    Tellers AT_CHECKOUT = SessionTeller::new;

    /**
     * Those of a binding.
     *
     * @param binding when connections are told
     * @param settings what they are told
     * @return what makes tellers
     */
    static Tellers of(TenantBinding binding, TenantSettings settings) {
        return switch (binding) {
            case CHECKOUT -> AT_CHECKOUT;
            case TRANSACTION -> new WithTransactions(settings);
        };
    }

    /**
     * Makes the teller of one checkout.
     *
     * @param checked the connection
     * @return the teller
     * @throws SQLException if the pool or the server could not say what is needed
     */
    Teller of(CheckedConnection checked) throws SQLException;

    /** Needs pgjdbc, so looks once whether it is there. */
    final class WithTransactions implements Tellers {

        private static final Logger LOG = LoggerFactory.getLogger("io.tenantdatasource.TenantDataSource");

        private enum Support {
            UNKNOWN,
            GIVEN,
            MISSING
        }

        private final TenantSettings settings;
        private volatile Support support = Support.UNKNOWN;
        private volatile TransactionTellers tellers;

        WithTransactions(TenantSettings settings) {
            this.settings = settings;
        }

        @Override
        public Teller of(CheckedConnection checked) throws SQLException {
            if (support == Support.UNKNOWN) {
                look(checked.physical());
            }
            Optional<Teller> teller = support == Support.GIVEN ? tellers.of(checked) : Optional.empty();
            return teller.isPresent() ? teller.get() : new SessionTeller(checked);
        }

        /** Several threads may look at once, and all see the same. */
        private void look(Connection physical) throws SQLException {
            if (isGiven(physical)) {
                tellers = new TransactionTellers(settings.names(), settings.role());
                support = Support.GIVEN;
            } else {
                support = Support.MISSING;
                LOG.warn(
                        "TenantBinding.TRANSACTION needs pgjdbc, and {} is another driver, or hides it: connections are bound at"
                                + " checkout instead, for two round trips each, and not behind a transaction pooler",
                        physical.getClass().getName());
            }
        }

        private static boolean isGiven(Connection physical) throws SQLException {
            try {
                return TransactionTellers.canTell(physical);
            } catch (LinkageError e) {
                LOG.debug("pgjdbc is not there, or has changed", e);
                return false;
            }
        }
    }
}
