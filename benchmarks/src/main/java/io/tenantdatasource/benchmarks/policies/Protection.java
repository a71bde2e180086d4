package io.tenantdatasource.benchmarks.policies;

import io.tenantdatasource.policy.SessionPolicies;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;

/** What keeps organizations apart in a table of sessions. Each one has tables of its own, so that no index is shared. */
enum Protection {
    PLAIN("no row security") {
        @Override
        void apply(DataSource owner, String role) {
            // Its queries name the organization themselves.
        }
    },

    THROUGH_USERS("throughUsers()") {
        @Override
        void apply(DataSource owner, String role) throws SQLException {
            applyTo(SessionPolicies.throughUsers(), owner, role);
        }
    },

    THROUGH_USERS_FOR_LISTS("throughUsers().forLists()") {
        @Override
        void apply(DataSource owner, String role) throws SQLException {
            applyTo(SessionPolicies.throughUsers().forLists(), owner, role);
        }
    },

    OWN_COLUMN("ownColumn()") {
        @Override
        void apply(DataSource owner, String role) throws SQLException {
            // Nobody else is there to be let through between two batches.
            applyTo(SessionPolicies.ownColumn().batchPages(BATCH_PAGES).batchPause(Duration.ZERO), owner, role);
        }
    },

    REVIEW("the review's") {
        @Override
        void apply(DataSource owner, String role) throws SQLException {
            try (Connection connection = owner.getConnection()) {
                Sql.run(connection, "review-policy.sql", Map.of("schema", schema(), "role", role));
            }
        }
    };

    private static final int BATCH_PAGES = 4096;

    private final String label;

    Protection(String label) {
        this.label = label;
    }

    /**
     * Protects the tables, whose rows the owner may no longer see afterwards.
     *
     * @param role whom the policies are for
     */
    abstract void apply(DataSource owner, String role) throws SQLException;

    final void applyTo(SessionPolicies policies, DataSource owner, String role) throws SQLException {
        policies.schema(schema()).role(role).apply(owner);
    }

    String label() {
        return label;
    }

    /** Where its tables are. */
    String schema() {
        return name().toLowerCase(Locale.ROOT);
    }
}
