package io.tenantdatasource.it.policy;

import io.tenantdatasource.policy.TablePolicies;

/** The ways in which an item tells its organization. What holds for one holds for the others. */
enum ItemsForm {
    OWN_COLUMN,
    THROUGH_PARENT,
    THROUGH_PARENT_BY_COMPOSITE_KEY;

    TablePolicies policies() {
        return switch (this) {
            case OWN_COLUMN -> TablePolicies.ownColumn("items");
            case THROUGH_PARENT ->
                TablePolicies.throughParent("items", "invoices").on("invoice_id", "id");
            case THROUGH_PARENT_BY_COMPOSITE_KEY ->
                TablePolicies.throughParent("items", "invoices")
                        .on("region", "region")
                        .on("number", "number");
        };
    }
}
