package io.tenantdatasource.it.policy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import liquibase.Scope;
import liquibase.changelog.FastCheckService;
import liquibase.command.CommandScope;
import liquibase.command.core.RollbackCountCommandStep;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.resource.CompositeResourceAccessor;
import liquibase.resource.DirectoryResourceAccessor;
import liquibase.resource.ResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.postgresql.ds.PGSimpleDataSource;

/** Liquibase with one change log. */
final class LiquibaseRun {

    /** Held, for a logger that nobody holds forgets its level. */
    private static final Logger LOG = Logger.getLogger("liquibase");

    static {
        LOG.setLevel(Level.WARNING);
        // It would tell its makers of each run.
        System.setProperty("liquibase.analytics.enabled", "false");
    }

    private final PGSimpleDataSource owner;
    private final String changeLog;
    private final ResourceAccessor files;

    LiquibaseRun(PGSimpleDataSource owner, String changeLog) {
        this(owner, changeLog, new ClassLoaderResourceAccessor());
    }

    private LiquibaseRun(PGSimpleDataSource owner, String changeLog, ResourceAccessor files) {
        this.owner = owner;
        this.changeLog = changeLog;
        this.files = files;
    }

    /** With a change log, and what it names, in a folder beside what is on the class path. */
    static LiquibaseRun of(PGSimpleDataSource owner, Path folder, String changeLog) throws IOException {
        return new LiquibaseRun(
                owner,
                changeLog,
                new CompositeResourceAccessor(
                        new DirectoryResourceAccessor(folder), new ClassLoaderResourceAccessor()));
    }

    static LiquibaseRun of(ReviewedDatabase database, Solution solution) {
        return new LiquibaseRun(database.owner(), "db/tenant-datasource/liquibase/" + Psql.name(solution) + ".xml");
    }

    void update() throws Exception {
        run(new CommandScope(UpdateCommandStep.COMMAND_NAME)
                .addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, changeLog));
    }

    void rollback(int changeSets) throws Exception {
        run(new CommandScope(RollbackCountCommandStep.COMMAND_NAME)
                .addArgumentValue("changelogFile", changeLog)
                .addArgumentValue(RollbackCountCommandStep.COUNT_ARG, changeSets));
    }

    void rollbackEverything() throws Exception {
        try (Connection connection = owner.getConnection()) {
            rollback(Integer.parseInt(ReviewedDatabase.first(
                    connection, "select count(*) from databasechangelog where id not like 'cleanup%'")));
        }
    }

    private void run(CommandScope command) throws Exception {
        // It remembers in this process what was up to date, and a rollback does not remind it.
        Scope.getCurrentScope().getSingleton(FastCheckService.class).clearCache();
        try (Connection connection = owner.getConnection()) {
            Database database =
                    DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
            command.addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, database)
                    .setOutput(OutputStream.nullOutputStream());
            Scope.child(
                    Map.of(Scope.Attr.resourceAccessor.name(), files, Scope.Attr.ui.name(), new LoggerUIService()),
                    command::execute);
        }
    }
}
