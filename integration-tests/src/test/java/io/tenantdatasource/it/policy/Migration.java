package io.tenantdatasource.it.policy;

import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Every migration that there is, on {@link ItemsDatabase}. What stops one stops the others. */
enum Migration {
    SESSIONS_THROUGH_USERS("user_sessions", "session_token", "user_id"),
    SESSIONS_OWN_COLUMN("user_sessions", "session_token", "user_id"),
    TABLE_OWN_COLUMN("items", "name", "organization_id"),
    TABLE_THROUGH_PARENT("items", "name", "invoice_id");

    private final String table;
    private final String nameColumn;
    private final String column;

    Migration(String table, String nameColumn, String column) {
        this.table = table;
        this.nameColumn = nameColumn;
        this.column = column;
    }

    void apply(DataSource owner) throws SQLException {
        apply(owner, "authenticated");
    }

    void apply(DataSource owner, String role) throws SQLException {
        switch (this) {
            case SESSIONS_THROUGH_USERS ->
                SessionPolicies.throughUsers().role(role).apply(owner);
            case SESSIONS_OWN_COLUMN -> SessionPolicies.ownColumn().role(role).apply(owner);
            case TABLE_OWN_COLUMN -> TablePolicies.ownColumn("items").role(role).apply(owner);
            case TABLE_THROUGH_PARENT ->
                TablePolicies.throughParent("items", "invoices")
                        .on("invoice_id", "id")
                        .role(role)
                        .apply(owner);
        }
    }

    /** The table to protect. */
    String table() {
        return table;
    }

    /** A column that tells rows apart. */
    String nameColumn() {
        return nameColumn;
    }

    /** The column of the table that leads to the organization. */
    String column() {
        return column;
    }

    /** The table and the column with the organization, joined by a dot. */
    String organization() {
        return switch (this) {
            case SESSIONS_THROUGH_USERS, SESSIONS_OWN_COLUMN -> "users.organization_id";
            case TABLE_OWN_COLUMN -> "items.organization_id";
            case TABLE_THROUGH_PARENT -> "invoices.organization_id";
        };
    }
}
