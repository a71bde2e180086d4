package io.tenantdatasource.it.policy;

import io.tenantdatasource.policy.TablePolicies;

/** The ways in which an item tells its organization. What holds for one holds for the others. */
enum ItemsForm {
    OWN_COLUMN,
    THROUGH_PARENT,
    THROUGH_PARENT_BY_COMPOSITE_KEY,
    THROUGH_PARENT_FOR_LISTS,
    THROUGH_PARENT_BY_COMPOSITE_KEY_FOR_LISTS;

    TablePolicies policies() {
        return policies("items");
    }

    /** For a table of any name with the columns of items. */
    TablePolicies policies(String table) {
        return switch (this) {
            case OWN_COLUMN -> TablePolicies.ownColumn(table);
            case THROUGH_PARENT ->
                TablePolicies.throughParent(table, "invoices").on("invoice_id", "id");
            case THROUGH_PARENT_BY_COMPOSITE_KEY ->
                TablePolicies.throughParent(table, "invoices")
                        .on("region", "region")
                        .on("number", "number");
            case THROUGH_PARENT_FOR_LISTS -> THROUGH_PARENT.policies(table).forLists();
            case THROUGH_PARENT_BY_COMPOSITE_KEY_FOR_LISTS ->
                THROUGH_PARENT_BY_COMPOSITE_KEY.policies(table).forLists();
        };
    }
}
