package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.FlywayRun.configuration;
import static io.tenantdatasource.it.policy.FlywayRun.location;
import static io.tenantdatasource.it.policy.FlywayRun.withoutTransactionalLock;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.policy.SessionPolicies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/migration-tools.md} says about Flyway. */
class FlywayTest {

    private static final String POLICY_KIND = """
            select split_part(obj_description(oid, 'pg_policy'), ';', 1)
            from pg_policy where polname = 'user_sessions_select_policy'""";

    private static final String INVALID_INDEXES = "select count(*) from pg_index where not indisvalid";

    @AutoClose
    private ReviewedDatabase database;

    @BeforeEach
    void createTables() {
        database = new ReviewedDatabase();
    }

    /** Where this begins to pass without the setting, the documentation can do without it. */
    @Test
    void itsTransactionalLockLetsNoIndexBeBuiltConcurrently() throws SQLException {
        FluentConfiguration locked = configuration(database.owner())
                .locations(FlywayRun.locations(Solution.OWN_COLUMN))
                .initSql("set lock_timeout = '500ms'");
        assertThatThrownBy(() -> locked.load().migrate())
                .isInstanceOf(FlywayException.class)
                .hasMessageContaining("lock timeout")
                .hasMessageContaining("users_key");
        assertThat(database.catalog(INVALID_INDEXES)).isEqualTo("1");

        Flyway unlocked = FlywayRun.of(database, Solution.OWN_COLUMN);
        unlocked.migrate();
        assertThat(database.catalog(INVALID_INDEXES)).isEqualTo("0");
        assertThat(database.catalog(POLICY_KIND)).isEqualTo("tenant-datasource: own column");
    }

    @Test
    void aStepThatFailedGoesOnAfterRepair() throws SQLException {
        database.asOwner("""
                alter table user_sessions drop constraint user_sessions_user_id_fkey;
                insert into user_sessions (session_token, user_id) values ('orphan', gen_random_uuid())""");
        Flyway flyway = FlywayRun.of(database, Solution.OWN_COLUMN);
        assertThatThrownBy(flyway::migrate).hasMessageContaining("name a row of public.users that does not exist");

        database.asOwner("delete from user_sessions where session_token = 'orphan'");
        assertThatThrownBy(flyway::migrate).hasMessageContaining("failed migration to version");
        flyway.repair();
        flyway.migrate();
        assertThat(database.catalog(POLICY_KIND)).isEqualTo("tenant-datasource: own column");
    }

    @Test
    void oneSolutionIsReplacedByTheOther() throws SQLException {
        FlywayRun.of(database, Solution.THROUGH_USERS).migrate();
        assertThat(database.catalog(POLICY_KIND)).isEqualTo("tenant-datasource: through users");
        FlywayRun.of(database, Solution.OWN_COLUMN).migrate();
        assertThat(database.catalog(POLICY_KIND)).isEqualTo("tenant-datasource: own column");
    }

    @Test
    void locationsThatExcludeEachOtherAreRefused() {
        for (List<String> both : List.of(
                List.of(location("own-column"), location("through-users")),
                List.of(location("own-column-created-at"), location("own-column-no-created-at")))) {
            Flyway flyway = withoutTransactionalLock(configuration(database.owner()))
                    .locations(both.toArray(new String[0]))
                    .load();
            assertThatThrownBy(flyway::migrate).hasMessageContaining("Found more than one");
        }
    }

    @Test
    void aLocationForAColumnThatIsMissingFailsByItsNameAndCanBeLeftOut() throws SQLException {
        Flyway wrong = withoutTransactionalLock(configuration(database.owner()))
                .locations(location("own-column"), location("own-column-created-at"))
                .load();
        assertThatThrownBy(wrong::migrate).hasMessageContaining("column \"created_at\" does not exist");

        Flyway right = FlywayRun.of(database, Solution.OWN_COLUMN);
        right.repair();
        right.migrate();
        assertThat(database.catalog("select to_regclass('user_sessions_organization_idx')::text"))
                .isEqualTo("user_sessions_organization_idx");
    }

    @Test
    void itsHistoryIsNotThatOfTheApplicationsOwnMigrations(@TempDir Path own) throws IOException, SQLException {
        Files.writeString(own.resolve("V1__users.sql"), "create table of_the_application ();");
        Flyway.configure()
                .dataSource(database.owner())
                .locations("filesystem:" + own)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate();
        FlywayRun.of(database, Solution.OWN_COLUMN).migrate();
        assertThat(database.catalog(
                        "select string_agg(version, ' ' order by installed_rank) from flyway_schema_history"))
                .isEqualTo("0 1");
        assertThat(database.catalog("select string_agg(coalesce(version, 'R'), ' ' order by installed_rank) from "
                        + FlywayRun.HISTORY))
                .startsWith("0 1 2 ")
                .endsWith(" R");
    }

    @Test
    void filesCanBeCopiedIntoOnesOwnNumbering(@TempDir Path own) throws IOException, SQLException {
        Files.writeString(own.resolve("V41__own.sql"), "create table of_the_application ();");
        for (String directory : List.of("own-column", "own-column-no-created-at", "own-column-expires-at")) {
            try (Stream<Path> files = Files.list(Path.of("../db/flyway", directory))) {
                for (Path file : files.toList()) {
                    Files.copy(file, own.resolve(file.getFileName().toString().replaceFirst("^V(\\d+)__", "V42.$1__")));
                }
            }
        }
        Files.writeString(
                own.resolve("V43__later.sql"), "create index on user_sessions (organization_id, ip_address);");
        withoutTransactionalLock(Flyway.configure().dataSource(database.owner()))
                .locations("filesystem:" + own)
                .baselineOnMigrate(true)
                .baselineVersion("40")
                .load()
                .migrate();
        assertThat(database.catalog("select string_agg(coalesce(version, 'R'), ' ' order by installed_rank)"
                        + " from flyway_schema_history"))
                .startsWith("40 41 42.1 42.2 ")
                .endsWith(" 43 R");
        assertThat(database.catalog(POLICY_KIND)).isEqualTo("tenant-datasource: own column");
    }

    @Test
    void aMigrationInJavaTakesAnyName() throws SQLException {
        database.asOwner("alter table user_sessions rename to \"Sessions\"");
        withoutTransactionalLock(configuration(database.owner()))
                .javaMigrations(new V7__Own_column())
                .load()
                .migrate();
        assertThat(database.catalog("select string_agg(tablename, ' ') from pg_policies"))
                .isEqualTo("Sessions Sessions Sessions Sessions Sessions");
    }

    /** As the documentation has it. */
    static final class V7__Own_column extends BaseJavaMigration {

        @Override
        public void migrate(Context context) throws Exception {
            SessionPolicies.ownColumn()
                    .sessionsTable("Sessions")
                    .apply(context.getConfiguration().getDataSource());
        }

        @Override
        public boolean canExecuteInTransaction() {
            return false;
        }
    }
}
