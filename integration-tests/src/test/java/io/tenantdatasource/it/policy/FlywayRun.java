package io.tenantdatasource.it.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** Flyway, set up as the documentation says. */
final class FlywayRun {

    static final String HISTORY = "tenant_datasource_history";

    private static final String FILES = "classpath:db/tenant-datasource/flyway/";

    private FlywayRun() {}

    static Flyway of(ReviewedDatabase database, Solution solution, String... furtherLocations) {
        return withoutTransactionalLock(configuration(database.owner()))
                .locations(Stream.concat(Arrays.stream(locations(solution)), Arrays.stream(furtherLocations))
                        .toArray(String[]::new))
                .load();
    }

    /** All but where the files are, and the lock. */
    static FluentConfiguration configuration(PGSimpleDataSource owner) {
        return Flyway.configure()
                .dataSource(owner)
                .table(HISTORY)
                .baselineOnMigrate(true)
                .baselineVersion("0");
    }

    /** The same as {@code flyway.postgresql.transactional.lock=false}. */
    static FluentConfiguration withoutTransactionalLock(FluentConfiguration configuration) {
        configuration
                .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        return configuration;
    }

    /** The review's table has no column created_at. */
    static String[] locations(Solution solution) {
        return switch (solution) {
            case THROUGH_USERS -> new String[] {location("through-users")};
            case OWN_COLUMN ->
                new String[] {
                    location("own-column"), location("own-column-no-created-at"), location("own-column-expires-at")
                };
        };
    }

    static String location(String directory) {
        return FILES + directory;
    }

    /** Flyway's free edition has no undo: a script in one transaction, and the history goes. */
    static void undo(ReviewedDatabase database, Solution solution) throws SQLException, IOException {
        database.inOneTransaction(
                database.owner(),
                Files.readString(Path.of("../db/sql", Psql.undoFile(solution))) + "\ndrop table " + HISTORY);
    }
}
