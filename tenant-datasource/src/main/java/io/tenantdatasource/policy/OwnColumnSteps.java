package io.tenantdatasource.policy;

import static io.tenantdatasource.policy.MigrationStep.inTransaction;
import static io.tenantdatasource.policy.MigrationStep.outsideOfTransaction;

import io.tenantdatasource.internal.Identifier;
import io.tenantdatasource.internal.schema.OwnColumn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Gives a table of a schema a column for the organization, and takes it back: with the scripts that do it for sessions, for which
 * the rows that name others are the sessions, and those that they name the users.
 */
final class OwnColumnSteps {

    private static final List<MigrationStep> LIVE = List.of(
            outsideOfTransaction("own-column/users-key.sql"),
            inTransaction("own-column/column.sql"),
            outsideOfTransaction("own-column/fill.sql"),
            outsideOfTransaction("own-column/user-index.sql"),
            outsideOfTransaction("own-column/organization-index.sql"),
            inTransaction("own-column/not-null.sql"));

    private static final List<MigrationStep> AT_ONCE = List.of(
            inTransaction("own-column/users-key-at-once.sql"),
            inTransaction("own-column/column.sql"),
            inTransaction("own-column/at-once.sql"),
            inTransaction("own-column/not-null.sql"));

    private static final MigrationStep UNDO =
            inTransaction("own-column/undo.sql").where("session_organization_column");

    private final String schema;

    OwnColumnSteps(String schema) {
        this.schema = schema;
    }

    /** On a table that may be in use. */
    Stream<MigrationStep> live(OwnColumn column) {
        return steps(LIVE, column);
    }

    /** In one transaction, which holds the table's lock to its end. */
    Stream<MigrationStep> atOnce(OwnColumn column) {
        return steps(AT_ONCE, column);
    }

    MigrationStep undo(OwnColumn column) {
        return UNDO.with(names(column));
    }

    private Stream<MigrationStep> steps(List<MigrationStep> some, OwnColumn column) {
        return some.stream().map(step -> step.with(names(column)));
    }

    /** Those of indexes and functions, too, which share their names with others of the schema. */
    Map<String, String> names(OwnColumn column) {
        Map<String, String> names = new HashMap<>();
        Stream.of(
                        "session_token_column",
                        "session_token_hash_column",
                        "session_created_column",
                        "session_expires_column")
                .forEach(none -> names.put(none, ""));
        Stream.of("newest_index", "expired_index").forEach(none -> names.put(none, ""));
        names.put("sessions_schema", schema);
        names.put("sessions_table", column.table());
        names.put("session_user_column", column.key().columns().get(0));
        names.put("session_organization_column", column.column());
        names.put("users_schema", schema);
        names.put("users_table", column.parent());
        names.put("users_id_column", column.key().parentColumns().get(0));
        names.put("users_organization_column", column.parentColumn());
        names.put("users_key", Identifier.called(column.parent(), "_tenant_key"));
        names.put("user_index", Identifier.called(column.table(), "_tenant_fkey_idx"));
        names.put("organization_index", Identifier.called(column.table(), "_tenant_idx"));
        names.put("organization_function", Identifier.called(column.table(), "_tenant"));
        names.put("batch_pages", "64");
        names.put("batch_pause", "10");
        return names;
    }
}
