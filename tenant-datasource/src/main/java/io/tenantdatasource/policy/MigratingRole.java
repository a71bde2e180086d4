package io.tenantdatasource.policy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Who runs migrations, and whether they would do anything.
 *
 * <p>The policies bind the owner of the tables as well, so that an {@code UPDATE} or {@code DELETE} of theirs touches no row and
 * reports success, and a new foreign key is found valid without a look at any row. {@link #requireUnbound(DataSource)} refuses
 * that before it happens. It passes for superusers, for roles with {@code BYPASSRLS}, and for who was granted the role that
 * {@link SessionPolicies#maintenanceRole(String)}, {@link TablePolicies#maintenanceRole(String)} or
 * {@link SchemaPolicies#maintenanceRole(String)} names, and inherits its rights or has assumed it.
 *
 * <p>The same is in {@code db/tenant-datasource}, below {@code sql}, {@code psql}, {@code flyway} and {@code liquibase}.
 */
public final class MigratingRole {

    private static final MigrationStep REQUIRE_UNBOUND = MigrationStep.inTransaction("migrating/require-unbound.sql");

    private MigratingRole() {}

    /**
     * Refuses to go on where row security binds the user of a data source on a table with policies of this library, in whatever
     * schema of the database. Tables on which that user has no rights do not count, for their statements fail by themselves.
     *
     * <p>Passes where nothing is protected yet. Changes nothing, and locks no table.
     *
     * @param migrator whose connections run migrations, not null
     * @throws SQLException with SQLState 55000 if that user is bound; the message names the tables, and what to do next. Others if
     *     the database cannot be asked
     */
    public static void requireUnbound(DataSource migrator) throws SQLException {
        MigrationRun.run(migrator, List.of(REQUIRE_UNBOUND), Map.of());
    }

    /**
     * The same for the current role of a connection, such as the one that a migration is about to run on. It is neither committed
     * nor rolled back.
     *
     * @param migrating what migrations run on, not null
     * @throws SQLException with SQLState 55000 if the role is bound; the message names the tables, and what to do next. An open
     *     transaction is failed then, as after any error. Others if the database cannot be asked
     */
    public static void requireUnbound(Connection migrating) throws SQLException {
        try (Statement statement = migrating.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(REQUIRE_UNBOUND.render(Map.of()));
        }
    }
}
