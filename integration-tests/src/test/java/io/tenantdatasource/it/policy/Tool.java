package io.tenantdatasource.it.policy;

import java.sql.SQLException;
import java.util.stream.Collectors;

/** What runs the migrations. Whichever it is, the same comes out. */
enum Tool {
    JAVA,
    PSQL,
    FLYWAY,
    LIQUIBASE;

    static final String CLEANUP_ROLE = "session_cleanup";

    void apply(ReviewedDatabase database, Solution solution) throws Exception {
        switch (this) {
            case JAVA -> solution.policies().apply(database.owner());
            case PSQL -> Psql.run(database.owner(), Psql.file(solution)).requireSuccess();
            case FLYWAY -> FlywayRun.of(database, solution).migrate();
            case LIQUIBASE -> LiquibaseRun.of(database, solution).update();
        }
    }

    /** Gives clean-up jobs their role, after a solution. */
    void applyCleanup(ReviewedDatabase database, Solution solution) throws Exception {
        switch (this) {
            case JAVA -> solution.policies().cleanupRole(CLEANUP_ROLE).apply(database.owner());
            case PSQL -> Psql.run(database.owner(), "cleanup.sql").requireSuccess();
            case FLYWAY ->
                FlywayRun.of(database, solution, FlywayRun.location("cleanup")).migrate();
            case LIQUIBASE -> new LiquibaseRun(database.owner(), "db/tenant-datasource/liquibase/cleanup.xml").update();
        }
    }

    void undo(ReviewedDatabase database, Solution solution) throws Exception {
        switch (this) {
            case JAVA -> solution.policies().undo(database.owner());
            case PSQL -> Psql.run(database.owner(), Psql.undoFile(solution)).requireSuccess();
            case FLYWAY -> FlywayRun.undo(database, solution);
            case LIQUIBASE -> LiquibaseRun.of(database, solution).rollbackEverything();
        }
    }

    /** The schema, but for what a tool keeps about itself. */
    static String schema(ReviewedDatabase database) throws SQLException {
        return SchemaDump.of(database.database().administrator())
                .lines()
                .filter(line -> !line.contains(FlywayRun.HISTORY) && !line.contains("databasechangelog"))
                .collect(Collectors.joining("\n"));
    }
}
