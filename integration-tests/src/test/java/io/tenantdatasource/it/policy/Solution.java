package io.tenantdatasource.it.policy;

import io.tenantdatasource.policy.SessionPolicies;

/** The two solutions of the review. What holds for one holds for the other. */
public enum Solution {
    THROUGH_USERS,
    OWN_COLUMN;

    SessionPolicies policies() {
        return switch (this) {
            case THROUGH_USERS -> SessionPolicies.throughUsers();
            case OWN_COLUMN -> SessionPolicies.ownColumn();
        };
    }
}
