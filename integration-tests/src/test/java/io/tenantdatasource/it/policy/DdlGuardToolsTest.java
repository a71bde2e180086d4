package io.tenantdatasource.it.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.policy.SchemaPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** What {@code docs/ddl-guard.md} says of each tool: what opens something is refused, and where it can be, rolled back. */
class DdlGuardToolsTest {

    private static final String REFUSED = "rows that policies hide would be shown";
    private static final String TABLE =
            "create table answers (id uuid primary key, choice_id uuid not null references choices (id));";
    private static final String OPENS = TABLE + " grant select on answers to authenticated;";

    @AutoClose
    private GuardedDatabase database;

    @TempDir
    private Path folder;

    @BeforeEach
    void protect() {
        database = new GuardedDatabase();
    }

    private void write(String file, String... lines) throws IOException {
        Files.writeString(folder.resolve(file), String.join("\n", lines));
    }

    private boolean isThere(String relation) throws SQLException {
        return database.shapes().catalog("select to_regclass('" + relation + "')") != null;
    }

    private String eventTriggers() throws SQLException {
        return database.shapes().catalog("select count(*) from pg_event_trigger");
    }

    /** What protects the table that is not there yet. */
    private String policiesOfTheTable() throws SQLException {
        database.asOwner(TABLE);
        SchemaPlan plan = ShapesDatabase.DECLARATION.plan(database.owner());
        database.asOwner("drop table answers");
        return plan.sql();
    }

    @Nested
    class WithFlyway {

        private Flyway flyway(PGSimpleDataSource user, String... guards) {
            return FlywayRun.withoutTransactionalLock(Flyway.configure()
                            .dataSource(user)
                            .baselineOnMigrate(true)
                            .baselineVersion("0")
                            .locations(Stream.concat(
                                            Stream.of("filesystem:" + folder),
                                            Stream.of(guards).map(FlywayRun::location))
                                    .toArray(String[]::new)))
                    .load();
        }

        private void migrate(String... guards) {
            flyway(database.owner(), guards).migrate();
        }

        private String versions() throws SQLException {
            return database.shapes()
                    .catalog(
                            "select string_agg(coalesce(version, description) || ' ' || success, ', ' order by installed_rank)"
                                    + " from flyway_schema_history where installed_rank > 1");
        }

        @Test
        void aFileThatOpensSomethingIsRolledBack() throws Exception {
            write("V1__good.sql", "create table good (id int)");
            write("V2__bad.sql", OPENS);

            assertThatThrownBy(() -> migrate("require-protected"))
                    .hasMessageContaining(REFUSED)
                    .hasMessageContaining("public.answers (foreign-key-without-row-security)")
                    .hasMessageContaining("Hint: ");

            assertThat(isThere("good")).isTrue();
            assertThat(isThere("answers")).isFalse();
            assertThat(versions()).isEqualTo("1 true");
        }

        @Test
        void aFileThatProtectsWhatItMakesPasses() throws Exception {
            write("V1__answers.sql", OPENS, policiesOfTheTable());

            migrate("require-protected");

            assertThat(versions()).isEqualTo("1 true");
            database.requireProtected();
        }

        @Test
        void whatRunsOutsideOfATransactionIsRefusedTooLate() throws Exception {
            write("V1__bad.sql", OPENS);
            write("V1__bad.sql.conf", "executeInTransaction=false");

            assertThatThrownBy(() -> migrate("require-protected")).hasMessageContaining(REFUSED);

            assertThat(isThere("answers")).isTrue();
        }

        @Test
        void inTheEndAnotherFileMayHaveProtectedIt() throws Exception {
            write("V1__bad.sql", OPENS);
            assertThatThrownBy(() -> migrate("require-protected-in-the-end")).hasMessageContaining(REFUSED);
            assertThat(versions()).isEqualTo("1 true");
            assertThatThrownBy(() -> migrate("require-protected-in-the-end"))
                    .as("nothing is pending")
                    .hasMessageContaining(REFUSED);

            write(
                    "R__tenant.sql",
                    ShapesDatabase.DECLARATION.plan(database.owner()).sql());
            migrate("require-protected-in-the-end");
            assertThat(versions()).isEqualTo("1 true, tenant true");
        }

        @Test
        void whatIsMeantIsAcceptedInTheConfiguration() throws Exception {
            write("V1__accepted.sql", OPENS);

            Flyway.configure()
                    .configuration(flyway(database.owner(), "require-protected").getConfiguration())
                    .initSql("set tenant_datasource.accept = 'public.answers; public.countries'")
                    .load()
                    .migrate();

            assertThat(versions()).isEqualTo("1 true");
        }

        @Test
        void theEventTriggersAreARepeatableFileOfASuperuser() throws Exception {
            flyway(database.administrator(), "ddl-guard").migrate();
            assertThat(eventTriggers()).isEqualTo("2");

            assertThatThrownBy(() -> database.asOwner(OPENS)).hasMessageContaining(REFUSED);
            write("V1__bad.sql", OPENS);
            assertThatThrownBy(
                            () -> flyway(database.administrator(), "ddl-guard").migrate())
                    .hasMessageContaining(REFUSED);
            assertThat(isThere("answers")).isFalse();
        }

        @Test
        void postponedItIsAskedAtTheEndOfTheFile() throws Exception {
            flyway(database.administrator(), "ddl-guard").migrate();
            write("V1__bad.sql", "set local tenant_datasource.ddl_guard = off;", OPENS);
            assertThatThrownBy(() -> flyway(database.administrator(), "ddl-guard", "require-protected")
                            .migrate())
                    .hasMessageContaining(REFUSED);
            assertThat(isThere("answers")).isFalse();
        }
    }

    @Nested
    class WithLiquibase {

        private static final String REQUIRE = "<include file='db/tenant-datasource/liquibase/require-protected.xml'/>";

        private static String changeSet(String id, String change) {
            return "<changeSet id='" + id + "' author='application'>" + change + "</changeSet>";
        }

        private static String sql(String sql) {
            return "<sql splitStatements='false'><![CDATA[" + sql + "]]></sql>";
        }

        private void update(String... changes) throws Exception {
            updateAs(database.owner(), changes);
        }

        private void updateAs(PGSimpleDataSource user, String... changes) throws Exception {
            write("change-log.xml", """
                    <databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
                        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                        xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog
                            http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd">
                    %s
                    </databaseChangeLog>""".formatted(String.join("\n", changes)));
            LiquibaseRun.of(user, folder, "change-log.xml").update();
        }

        /** Each change set is a transaction of its own. */
        @Test
        void anUpdateThatOpensSomethingIsRefusedAgainAndAgain() throws Exception {
            assertThatThrownBy(() -> update(changeSet("bad", sql(OPENS)), REQUIRE))
                    .hasMessageContaining(REFUSED);
            assertThat(isThere("answers")).isTrue();
            assertThatThrownBy(() -> update(changeSet("bad", sql(OPENS)), REQUIRE))
                    .hasMessageContaining(REFUSED);

            String policies = ShapesDatabase.DECLARATION.plan(database.owner()).sql();
            update(changeSet("bad", sql(OPENS)), changeSet("good", sql(policies)), REQUIRE);
        }

        @Test
        void aChangeSetThatAsksItselfIsRolledBack() throws Exception {
            String ask = "<sqlFile path='db/tenant-datasource/sql/require-protected.sql' splitStatements='false'/>";

            assertThatThrownBy(() -> update(changeSet("bad", sql(OPENS) + ask))).hasMessageContaining(REFUSED);

            assertThat(isThere("answers")).isFalse();
        }

        @Test
        void theEventTriggersComeAndGo() throws Exception {
            LiquibaseRun guard =
                    new LiquibaseRun(database.administrator(), "db/tenant-datasource/liquibase/ddl-guard.xml");
            guard.update();
            assertThat(eventTriggers()).isEqualTo("2");
            assertThatThrownBy(() -> updateAs(database.administrator(), changeSet("bad", sql(OPENS))))
                    .hasMessageContaining(REFUSED);

            guard.rollback(2);
            assertThat(eventTriggers()).isEqualTo("0");
        }
    }

    @Nested
    class WithPsql {

        private Psql.Result psql(PGSimpleDataSource user, String... options) {
            List<String> all = new ArrayList<>(List.of("-X", "-v", "ON_ERROR_STOP=1"));
            all.addAll(List.of(options));
            return Psql.start(user, "psql", all);
        }

        private static String file(String name) {
            return Path.of("../db/psql", name).toAbsolutePath().toString();
        }

        @Test
        void inOneTransactionItIsRolledBack() throws Exception {
            Psql.Result refused = psql(database.owner(), "-1", "-c", OPENS, "-f", file("require-protected.sql"));
            assertThat(refused.status()).isEqualTo(3);
            assertThat(refused.err()).contains(REFUSED, "HINT:  Protect the table");
            assertThat(isThere("answers")).isFalse();

            psql(
                            database.owner(),
                            "-1",
                            "-c",
                            OPENS + "set tenant_datasource.accept = 'public.answers'",
                            "-f",
                            file("require-protected.sql"))
                    .requireSuccess();
        }

        @Test
        void theEventTriggersComeAndGo() throws Exception {
            psql(database.administrator(), "-f", file("ddl-guard.sql")).requireSuccess();
            Psql.Result refused = psql(database.owner(), "-c", OPENS);
            assertThat(refused.err()).contains("after GRANT, by public.answers (foreign-key-without-row-security)");

            psql(database.administrator(), "-1", "-f", file("ddl-guard.sql"), "-v", "reports=yes")
                    .requireSuccess();
            assertThat(psql(database.owner(), "-c", OPENS).requireSuccess().err())
                    .contains("WARNING:  " + REFUSED);

            psql(database.administrator(), "-f", file("ddl-guard-undo.sql")).requireSuccess();
            assertThat(eventTriggers()).isEqualTo("0");
        }
    }
}
