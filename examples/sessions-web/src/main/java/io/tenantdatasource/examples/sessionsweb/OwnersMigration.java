package io.tenantdatasource.examples.sessionsweb;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;

/** A step that Flyway counts, and that sees to its own transactions. It may be run again after a failure. */
record OwnersMigration(String version, String description, Step step) implements JavaMigration {

    @FunctionalInterface
    interface Step {
        void apply(DataSource owner) throws SQLException;
    }

    @Override
    public MigrationVersion getVersion() {
        return MigrationVersion.fromVersion(version);
    }

    @Override
    public String getDescription() {
        return description;
    }

    @Override
    public Integer getChecksum() {
        return null;
    }

    @Override
    public boolean canExecuteInTransaction() {
        return false;
    }

    @Override
    public void migrate(Context context) throws SQLException {
        step.apply(context.getConfiguration().getDataSource());
    }
}
