package io.tenantdatasource.test.migration;

import io.tenantdatasource.internal.sql.MigrationText;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Goes through what happens in a file, from the role that it begins as. */
final class BoundChanges {

    private final ProtectedTables tables;
    private final Path file;
    private final List<MigrationFiles.Finding> found;

    private boolean assumed;
    private boolean untilTheEndOfTheTransaction;

    BoundChanges(ProtectedTables tables, Path file, List<MigrationFiles.Finding> found) {
        this.tables = tables;
        this.file = file;
        this.found = found;
    }

    void read(List<MigrationText.Event> events) {
        events.forEach(this::read);
    }

    private void read(MigrationText.Event event) {
        switch (event.kind()) {
            case CHANGE -> change(event);
            case ASSUME -> assume(event, false);
            case ASSUME_LOCALLY -> assume(event, true);
            case COMMIT -> assumed &= !untilTheEndOfTheTransaction;
            case RESET -> assumed = false;
            case UNTOLD ->
                add(
                        event,
                        "cannot be told: " + event.words()
                                + ". Read it, see that it assumes the role before it changes rows, and name the file in reviewed(…)");
        }
    }

    private void assume(MigrationText.Event event, boolean locally) {
        assumed = tables.isMaintenanceRole(event.name());
        untilTheEndOfTheTransaction = locally;
    }

    private void change(MigrationText.Event event) {
        if (!assumed && tables.contains(event.schema(), event.name())) {
            add(
                    event,
                    event.words().toUpperCase(Locale.ROOT) + " on " + event.name()
                            + ", which is protected, without the maintenance role: it would touch no row and report success, or"
                            + " fail. Next: set role " + tables.aMaintenanceRole()
                            + " before it, and reset role after it");
        }
    }

    private void add(MigrationText.Event event, String message) {
        found.add(new MigrationFiles.Finding(file, event.line(), message));
    }
}
