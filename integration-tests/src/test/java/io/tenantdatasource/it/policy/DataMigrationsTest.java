package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.MigratedDatabase.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/data-migrations.md} says of each tool: a migration of data is done, or it is refused. */
class DataMigrationsTest {

    private static final String REFUSED = "row security binds ";

    @AutoClose
    private MigratedDatabase database;

    @TempDir
    private Path folder;

    @BeforeEach
    void createTables() {
        database = new MigratedDatabase();
    }

    private void protect() throws SQLException {
        database.policies().apply(database.migrator());
    }

    private void write(String file, String... lines) throws IOException {
        Files.writeString(folder.resolve(file), String.join("\n", lines));
    }

    private String createRole() {
        return "create role " + database.role() + " nologin;";
    }

    private String assumingTheRole(String sql) {
        return "set role " + database.role() + ";\n" + sql + ";\nreset role;";
    }

    @Nested
    class WithFlyway {

        private Flyway flyway(String... further) {
            List<String> locations = new ArrayList<>(List.of("filesystem:" + folder));
            locations.addAll(List.of(further));
            return FlywayRun.withoutTransactionalLock(Flyway.configure()
                            .dataSource(database.migrator())
                            .baselineOnMigrate(true)
                            .baselineVersion("0")
                            .locations(locations.toArray(new String[0])))
                    .load();
        }

        private Flyway guarded() {
            return flyway(FlywayRun.location("require-unbound"));
        }

        private String versions() throws SQLException {
            return database.catalog("select string_agg(version || ' ' || success, ', ' order by installed_rank)"
                    + " from flyway_schema_history where installed_rank > 1");
        }

        /** The symptom. */
        @Test
        void unguardedItReportsSuccessAndDoesNothing() throws Exception {
            protect();
            write("V1__data.sql", UPDATE);

            flyway().migrate();

            assertThat(versions()).isEqualTo("1 true");
            assertThat(database.migrated()).isEqualTo("0");
        }

        @Test
        void itIsRefusedUntilTheRoleIsGranted() throws Exception {
            protect();
            write("V1__data.sql", UPDATE + ";");
            write("V2__both.sql", "alter table user_sessions add note text;\n" + UPDATE + ", note = 'migrated';");

            assertThatThrownBy(() -> guarded().migrate())
                    .hasMessageContaining(REFUSED)
                    .hasMessageContaining("Run: grant");
            assertThat(database.catalog("select count(*) from flyway_schema_history where version = '1'"))
                    .isEqualTo("0");

            database.asMigrator(database.grant());
            guarded().migrate();
            assertThat(database.migrated()).isEqualTo("6");
            assertThat(database.catalog("select count(*) from user_sessions where note = 'migrated'"))
                    .isEqualTo("6");
        }

        @Test
        void aRunThatProtectsItselfIsStoppedBeforeTheNextFile() throws Exception {
            write("V1__protect.sql", database.policies().sql());
            write("V2__data.sql", UPDATE);

            assertThatThrownBy(() -> guarded().migrate()).hasMessageContaining(REFUSED);
            assertThat(versions()).isEqualTo("1 true");
        }

        @Test
        void theRoleIsGrantedBeforeTheTablesAreProtected() throws Exception {
            write("V1__role.sql", createRole(), database.grant());
            write("V2__protect.sql", database.policies().sql());
            write("V3__data.sql", UPDATE);

            guarded().migrate();

            assertThat(versions()).isEqualTo("1 true, 2 true, 3 true");
            assertThat(database.migrated()).isEqualTo("6");
        }

        @Test
        void whereNothingIsPendingNothingIsAsked() throws Exception {
            write("V1__protect.sql", database.policies().sql());

            guarded().migrate();
            guarded().migrate();

            assertThat(versions()).isEqualTo("1 true");
        }

        @Test
        void whatRunsOutsideOfATransactionIsRefusedAsWell() throws Exception {
            protect();
            write("V1__data.sql", UPDATE);
            write("V1__data.sql.conf", "executeInTransaction=false");

            assertThatThrownBy(() -> guarded().migrate()).hasMessageContaining(REFUSED);
            assertThat(versions()).isNull();
        }

        @Test
        void aFileCanAssumeTheRole() throws Exception {
            protect();
            database.letTheMigratorAssumeTheRole();
            write("V1__data.sql", assumingTheRole(UPDATE));
            write("V2__schema.sql", "alter table user_sessions add note text");

            flyway().migrate();

            assertThat(database.migrated()).isEqualTo("6");
            assertThat(versions()).isEqualTo("1 true, 2 true");
        }

        @Test
        void aRoleThatAFileForgetsToResetIsResetByFlyway() throws Exception {
            protect();
            database.letTheMigratorAssumeTheRole();
            write("V1__data.sql", "set role " + database.role() + ";\n" + UPDATE);
            write("V2__schema.sql", "alter table user_sessions add note text");

            flyway().migrate();

            assertThat(versions()).isEqualTo("1 true, 2 true");
        }

        @Test
        void theSchemaDoesNotChangeWhileTheRoleIsAssumed() throws Exception {
            protect();
            database.letTheMigratorAssumeTheRole();
            write("V1__schema.sql", assumingTheRole("alter table user_sessions add note text"));

            assertThatThrownBy(() -> flyway().migrate()).hasMessageContaining("must be owner of table user_sessions");
        }
    }

    @Nested
    class WithLiquibase {

        private static final String GUARD = "<include file='db/tenant-datasource/liquibase/require-unbound.xml'/>";

        private static String changeSet(String id, String change) {
            return "<changeSet id='" + id + "' author='application'>" + change + "</changeSet>";
        }

        private static String sql(String sql) {
            return "<sql splitStatements='false'><![CDATA[" + sql + "]]></sql>";
        }

        private void update(String... changeSets) throws Exception {
            write("change-log.xml", """
                    <databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
                        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                        xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog
                            http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd">
                    %s
                    </databaseChangeLog>""".formatted(String.join("\n", changeSets)));
            LiquibaseRun.of(database.migrator(), folder, "change-log.xml").update();
        }

        private String changes() throws SQLException {
            return database.catalog(
                    "select string_agg(id || ' ' || exectype, ', ' order by orderexecuted) from databasechangelog");
        }

        @Test
        void unguardedItReportsSuccessAndDoesNothing() throws Exception {
            protect();

            update(changeSet("data", sql(UPDATE)));

            assertThat(changes()).isEqualTo("data EXECUTED");
            assertThat(database.migrated()).isEqualTo("0");
        }

        @Test
        void itIsRefusedUntilTheRoleIsGranted() throws Exception {
            update(GUARD);
            protect();
            String data = changeSet("data", sql(UPDATE));
            assertThatThrownBy(() -> update(GUARD, data)).hasMessageContaining(REFUSED);
            assertThat(changes()).isEqualTo("require-unbound EXECUTED");
            assertThat(locked()).isEqualTo("f");

            database.asMigrator(database.grant());
            update(GUARD, data);

            assertThat(changes()).isEqualTo("require-unbound RERAN, data EXECUTED");
            assertThat(database.migrated()).isEqualTo("6");
        }

        @Test
        void aRunThatProtectsItselfIsStoppedByAChangeSetThatAsksAgain() throws Exception {
            String askAgain = "<sqlFile path='db/tenant-datasource/sql/require-unbound.sql' splitStatements='false'/>";
            String protect = changeSet("protect", sql(database.policies().sql()));

            assertThatThrownBy(() -> update(GUARD, protect, changeSet("data", askAgain + sql(UPDATE))))
                    .hasMessageContaining(REFUSED);

            assertThat(changes()).isEqualTo("require-unbound EXECUTED, protect EXECUTED");
        }

        @Test
        void theRoleIsGrantedBeforeTheTablesAreProtected() throws Exception {
            update(
                    GUARD,
                    changeSet("role", sql(createRole()) + sql(database.grant())),
                    changeSet("protect", sql(database.policies().sql())),
                    changeSet("data", sql(UPDATE)));

            assertThat(database.migrated()).isEqualTo("6");
        }

        @Test
        void aChangeSetCanAssumeTheRole() throws Exception {
            protect();
            database.letTheMigratorAssumeTheRole();

            update(
                    changeSet("data", sql(assumingTheRole(UPDATE))),
                    changeSet("schema", sql("alter table user_sessions add note text")));

            assertThat(database.migrated()).isEqualTo("6");
            assertThat(changes()).isEqualTo("data EXECUTED, schema EXECUTED");
        }

        /** Its own tables are not the role's. What it keeps of the change set, and of its lock, is not the same each time. */
        @Test
        void aRoleThatAChangeSetForgetsToResetStopsLiquibase() throws Exception {
            protect();
            database.letTheMigratorAssumeTheRole();

            assertThatThrownBy(() -> update(changeSet("data", sql("set role " + database.role() + ";\n" + UPDATE))))
                    .hasMessageContaining("permission denied for table databasechangelog");
        }

        private String locked() throws SQLException {
            return database.catalog("select locked from databasechangeloglock");
        }
    }

    @Nested
    class WithPsql {

        private Psql.Result run(String... lines) throws IOException {
            write("migration.sql", lines);
            return Psql.start(
                    database.migrator(),
                    "psql",
                    List.of(
                            "-X",
                            "-v",
                            "ON_ERROR_STOP=1",
                            "-f",
                            folder.resolve("migration.sql").toString()));
        }

        private static String guard() {
            return "\\ir " + Path.of("../db/psql/require-unbound.sql").toAbsolutePath();
        }

        @Test
        void itIsRefusedUntilTheRoleIsGranted() throws Exception {
            protect();
            Psql.Result refused = run(guard(), UPDATE + ";");
            assertThat(refused.status()).isEqualTo(3);
            assertThat(refused.err()).contains(REFUSED, "HINT:  Run: grant");

            database.asMigrator(database.grant());
            assertThat(run(guard(), UPDATE + ";").requireSuccess().out()).endsWith("UPDATE 6\n");
        }

        @Test
        void aFileCanAssumeTheRole() throws Exception {
            protect();
            database.letTheMigratorAssumeTheRole();

            assertThat(run("set role " + database.role() + ";", guard(), UPDATE + ";", "reset role;")
                            .requireSuccess()
                            .out())
                    .contains("UPDATE 6\n");
        }

        @Test
        void theGuardWantsToStopAtAnError() {
            Psql.Result result = Psql.run(database.migrator(), "require-unbound.sql", "-v", "ON_ERROR_STOP=0");

            assertThat(result.status()).isEqualTo(3);
            assertThat(result.err()).contains("-v ON_ERROR_STOP=1");
        }
    }
}
