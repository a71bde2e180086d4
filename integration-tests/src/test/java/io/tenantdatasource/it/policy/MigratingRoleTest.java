package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.MigratedDatabase.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.policy.MigratingRole;
import io.tenantdatasource.policy.SessionPolicies;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever runs migrations is told beforehand where they would do nothing. */
class MigratingRoleTest {

    private static final String FOREIGN_KEY = """
            alter table user_sessions add constraint checked foreign key (user_id) references users (id)""";

    @AutoClose
    private MigratedDatabase database;

    @BeforeEach
    void createTables() {
        database = new MigratedDatabase();
    }

    private void protect() throws SQLException {
        database.policies().apply(database.migrator());
    }

    private void assertPasses(DataSource migrator) {
        assertThatCode(() -> MigratingRole.requireUnbound(migrator)).doesNotThrowAnyException();
    }

    private Refused assertRefused() throws SQLException {
        return Refused.by(
                        database.reviewed().database(),
                        "55000",
                        () -> MigratingRole.requireUnbound(database.migrator()))
                .naming("row security binds " + database.migrator().getUser() + " on public.user_sessions:");
    }

    @Test
    void passesWhereNothingIsProtected() throws SQLException {
        database.asAdministrator("create policy of_somebody_else on users using (false)");
        database.asAdministrator("alter table users enable row level security, force row level security");

        assertPasses(database.migrator());
        assertPasses(database.reviewed().application());
    }

    @Test
    void passesInAnEmptyDatabase() {
        database.asAdministrator("drop table user_sessions, users");

        assertPasses(database.migrator());
    }

    @ParameterizedTest
    @EnumSource
    void anyPoliciesOfOursAreKnown(MaintenanceRoleTest.Policies policies) throws SQLException {
        policies.apply(database.migrator(), database.role());
        assertThat(database.asMigrator(UPDATE)).isZero();
        assertThatThrownBy(() -> MigratingRole.requireUnbound(database.migrator()))
                .hasMessageContaining("public.user_sessions")
                .hasMessageContaining("Hint: Run: grant " + database.role() + " to "
                        + database.migrator().getUser());

        database.asMigrator(database.grant());
        assertPasses(database.migrator());
        assertThat(database.asMigrator(UPDATE)).isEqualTo(6);
    }

    @Test
    void withoutAMaintenanceRoleItSaysHowToGetOne() throws SQLException {
        SessionPolicies.throughUsers().apply(database.migrator());

        assertRefused().hinting("maintenanceRole(…)");
    }

    @Test
    void whoMayOnlyAssumeTheRolePassesOnceItIsAssumed() throws SQLException {
        protect();
        database.letTheMigratorAssumeTheRole();
        assertRefused()
                .hinting(
                        database.since16()
                                ? "with inherit true"
                                : "alter role " + database.migrator().getUser() + " inherit");

        try (Connection connection = database.migrator().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("set role " + database.role());
            MigratingRole.requireUnbound(connection);
            assertThat(statement.executeUpdate(UPDATE)).isEqualTo(6);
            statement.execute("reset role");
            assertThatThrownBy(() -> MigratingRole.requireUnbound(connection)).hasMessageContaining("user_sessions");
        }
    }

    @Test
    void whoWorksForTenantsAsWellIsRefused() throws SQLException {
        protect();
        database.asMigrator(database.grant());
        database.asAdministrator("grant authenticated to " + database.migrator().getUser());

        assertThat(database.asMigrator(UPDATE)).isZero();
        assertRefused()
                .hinting("Role " + database.role() + " shows no rows to who works for tenants as well")
                .hinting(database.migrator().getUser());
    }

    /** The session's user counts, and a superuser is a member of every role. */
    @Test
    void aSuperuserWhoHasAssumedTheMigratingRoleIsRefused() throws SQLException {
        protect();
        database.asMigrator(database.grant());

        try (Connection connection =
                        database.reviewed().database().administrator().getConnection();
                Statement statement = connection.createStatement()) {
            MigratingRole.requireUnbound(connection);
            statement.execute("set role " + database.migrator().getUser());
            assertThat(statement.executeUpdate(UPDATE)).isZero();
            assertThatThrownBy(() -> MigratingRole.requireUnbound(connection))
                    .hasMessageContaining("as whom the session began");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"superuser", "bypassrls"})
    void whomNoPolicyBindsPasses(String attribute) throws SQLException {
        protect();
        database.asAdministrator("alter role " + database.migrator().getUser() + " " + attribute);

        assertPasses(database.migrator());
    }

    @Test
    void theOwnerPassesWhereRowSecurityIsNotForced() throws SQLException {
        protect();
        database.asMigrator("alter table user_sessions no force row level security");

        assertPasses(database.migrator());
    }

    @Test
    void aPolicyOfOnesOwnForAllRowsWillDo() throws SQLException {
        SessionPolicies.throughUsers().apply(database.migrator());
        database.asMigrator("create policy migrations on user_sessions to "
                + database.migrator().getUser() + " using (true)");
        assertPasses(database.migrator());

        database.asMigrator("alter policy migrations on user_sessions with check (user_agent is null)");
        assertRefused();
    }

    @Test
    void aPolicyForSomeCommandsWillNotDo() throws SQLException {
        SessionPolicies.throughUsers().apply(database.migrator());
        database.asMigrator("create policy migrations on user_sessions for select to "
                + database.migrator().getUser() + " using (true)");

        assertRefused();
    }

    @Test
    void tablesWithoutAnyRightOnThemDoNotCount() throws SQLException {
        protect();
        assertThatThrownBy(
                        () -> MigratingRole.requireUnbound(database.reviewed().application()))
                .hasMessageContaining("user_sessions");

        database.asAdministrator("revoke all on user_sessions from "
                + database.reviewed().application().getUser());
        assertPasses(database.reviewed().application());
    }

    @Test
    void tablesOfAnySchemaAreNamedAsTheyAreWritten() throws SQLException {
        database.asAdministrator(
                "create schema \"Auth\" authorization " + database.migrator().getUser());
        database.asAdministrator("alter table users set schema \"Auth\"");
        database.asAdministrator("alter table user_sessions set schema \"Auth\"");
        database.asAdministrator("alter table \"Auth\".user_sessions rename to \"Sessions\"");
        database.policies().schema("Auth").sessionsTable("Sessions").apply(database.migrator());

        assertThatThrownBy(() -> MigratingRole.requireUnbound(database.migrator()))
                .hasMessageContaining(" on \"Auth\".\"Sessions\":");
    }

    @Test
    void nothingInTheSearchPathIsTakenForPostgresOwn() throws SQLException {
        protect();
        database.asMigrator(
                "create function public.row_security_active(oid) returns boolean language sql return false",
                "create function public.set_config(text, text, boolean) returns text language sql return ''");

        try (Connection connection = database.migrator().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("set search_path = public, pg_catalog");
            assertThatThrownBy(() -> MigratingRole.requireUnbound(connection)).hasMessageContaining("user_sessions");
        }
    }

    @Test
    void aPolicyThatOnlyLooksLikeOneOfOursIsNotExecuted() throws SQLException {
        protect();
        database.asMigrator("""
                create table planted (id int);
                alter table planted enable row level security;
                alter table planted force row level security;
                create function planted_function() returns boolean language plpgsql as
                  $$ begin raise exception 'executed'; end $$;
                create policy planted on planted using (
                  (select not pg_has_role(current_user, 'authenticated', 'member')
                    and not pg_has_role(session_user, 'authenticated', 'member') and planted_function()));
                comment on policy planted on planted is 'tenant-datasource: maintenance;'""");

        assertThatThrownBy(() -> MigratingRole.requireUnbound(database.migrator()))
                .hasMessageContaining("planted")
                .hasMessageNotContaining("executed");
    }

    @Test
    void theTransactionGoesOnAsItWas() throws SQLException {
        try (Connection connection = database.migrator().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set search_path = public, pg_temp");
            MigratingRole.requireUnbound(connection);
            assertThat(ReviewedDatabase.first(connection, "show search_path")).isEqualTo("public, pg_temp");
            connection.commit();
            assertThat(ReviewedDatabase.first(connection, "show search_path")).isEqualTo("public, pg_temp");
        }
    }

    /** Why changes of the schema want the rows as well: this one reports success, and is not true. */
    @Test
    void aNewForeignKeyIsFoundValidWithoutALookAtAnyRow() throws SQLException {
        database.asAdministrator("alter table user_sessions drop constraint user_sessions_user_id_fkey");
        database.asAdministrator(
                "insert into user_sessions (session_token, user_id) values ('orphan', gen_random_uuid())");
        protect();
        database.asMigrator(FOREIGN_KEY);
        assertThat(database.catalog("select convalidated from pg_constraint where conname = 'checked'"))
                .isEqualTo("t");

        database.asMigrator("alter table user_sessions drop constraint checked", database.grant());
        assertThatThrownBy(() -> database.asMigrator(FOREIGN_KEY))
                .extracting(thrown -> ((SQLException) thrown).getSQLState())
                .isEqualTo("23503");
    }
}
