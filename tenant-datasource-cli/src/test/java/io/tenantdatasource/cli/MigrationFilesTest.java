package io.tenantdatasource.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.tenantdatasource.policy.SchemaPlan;
import io.tenantdatasource.policy.SchemaPolicies;
import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import liquibase.Liquibase;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.DirectoryResourceAccessor;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** The files of a plan, run by the tools that they are for: afterwards nothing differs from the plan. */
class MigrationFilesTest {

    private static final DatabaseTemplate SCHEMA = DatabaseTemplate.of(owner -> {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    create table organizations (id uuid primary key);
                    create table users (id uuid primary key);
                    create table members (
                      organization_id uuid references organizations (id), user_id uuid references users (id),
                      primary key (organization_id, user_id));
                    create table "Projects" (
                      id uuid primary key, organization_id uuid not null references organizations (id),
                      "part of" uuid references "Projects" (id), "by" uuid references users (id));
                    create table tasks (id uuid primary key, project_id uuid not null references "Projects" (id));
                    create table "a note" (id uuid primary key, "of task" uuid references tasks (id))""");
        }
    });

    @TempDir
    private Path folder;

    @AutoClose
    private TestDatabase database;

    private SchemaPlan plan;

    @BeforeEach
    void plan() throws Exception {
        database = SCHEMA.copy();
        database.execute("alter role " + owner().getUser() + " createrole");
        database.execute("grant create on schema public to " + owner().getUser());
        plan = SchemaPolicies.tenants("organizations")
                .members("members")
                .ownColumn("a note", "tasks")
                .plan(owner());
        assertThat(plan.drift(owner())).isNotEmpty();
    }

    private PGSimpleDataSource owner() {
        return database.owner();
    }

    /** Of tables that the tools have made for themselves, nothing is said. */
    private List<String> drift() throws Exception {
        return plan.drift(owner()).stream()
                .filter(difference -> !difference.matches("(flyway_schema_history|databasechangelog).*"))
                .toList();
    }

    @Test
    void anything() throws Exception {
        for (Path file : new MigrationFiles(plan, MigrationFiles.Tool.SQL).write(folder)) {
            if (file.toString().endsWith(".sql")) {
                inOneTransaction(Files.readString(file));
            }
        }
        assertThat(drift()).isEmpty();

        inOneTransaction(Files.readString(folder.resolve("undo.sql.txt")));
        assertThat(plan.drift(owner())).isNotEmpty();
    }

    private void inOneTransaction(String sql) throws Exception {
        try (Connection connection = owner().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setEscapeProcessing(false);
            statement.execute(sql);
            connection.commit();
        }
    }

    @Test
    void psql() throws Exception {
        new MigrationFiles(plan, MigrationFiles.Tool.PSQL).write(folder);
        ProcessBuilder psql = new ProcessBuilder(
                        "psql",
                        "-X",
                        "-q",
                        "-h",
                        owner().getServerNames()[0],
                        "-p",
                        String.valueOf(owner().getPortNumbers()[0]),
                        "-U",
                        owner().getUser(),
                        "-d",
                        owner().getDatabaseName(),
                        "-f",
                        folder.resolve("all.sql").toString())
                .redirectErrorStream(true);
        if (owner().getPassword() != null) {
            psql.environment().put("PGPASSWORD", owner().getPassword());
        }
        Process running = start(psql);
        String said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(running.waitFor()).as(said).isZero();
        assertThat(drift()).isEmpty();
    }

    private static Process start(ProcessBuilder program) throws IOException {
        try {
            return program.start();
        } catch (IOException e) {
            if (System.getenv("CI") != null) {
                throw e;
            }
            return abort(e.getMessage());
        }
    }

    @Test
    void flyway() throws Exception {
        new MigrationFiles(plan, MigrationFiles.Tool.FLYWAY).write(folder);
        Flyway flyway = Flyway.configure()
                .dataSource(owner())
                .locations("filesystem:" + folder)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load();

        assertThat(flyway.migrate().migrationsExecuted).isEqualTo(6);
        assertThat(drift()).isEmpty();
        assertThat(flyway.migrate().migrationsExecuted).isZero();
    }

    @Test
    void liquibase() throws Exception {
        new MigrationFiles(plan, MigrationFiles.Tool.LIQUIBASE).write(folder);
        try (Liquibase liquibase = new Liquibase(
                "changelog.xml", new DirectoryResourceAccessor(folder), new JdbcConnection(owner().getConnection()))) {
            liquibase.update("");
        }

        assertThat(drift()).isEmpty();
    }
}
