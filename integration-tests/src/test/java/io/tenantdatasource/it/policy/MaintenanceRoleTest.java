package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.policy.SchemaPolicies;
import io.tenantdatasource.policy.SessionPolicies;
import io.tenantdatasource.policy.TablePolicies;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A role for migrations: it sees and changes the rows of all organizations, and nobody who serves requests can have it. */
@ParameterizedClass
@EnumSource(MaintenanceRoleTest.Policies.class)
class MaintenanceRoleTest {

    enum Policies {
        THROUGH_USERS,
        OWN_COLUMN,
        TABLE,
        SCHEMA;

        void apply(DataSource owner, String role) throws SQLException {
            switch (this) {
                case THROUGH_USERS ->
                    SessionPolicies.throughUsers().maintenanceRole(role).apply(owner);
                case OWN_COLUMN ->
                    SessionPolicies.ownColumn().maintenanceRole(role).apply(owner);
                case TABLE -> table().maintenanceRole(role).apply(owner);
                case SCHEMA -> schema().maintenanceRole(role).plan(owner).apply(owner);
            }
        }

        void undo(DataSource owner) throws SQLException {
            switch (this) {
                case THROUGH_USERS -> SessionPolicies.throughUsers().undo(owner);
                case OWN_COLUMN -> SessionPolicies.ownColumn().undo(owner);
                case TABLE -> table().undo(owner);
                case SCHEMA -> schema().plan(owner).undo(owner);
            }
        }

        private static TablePolicies table() {
            return TablePolicies.throughParent("user_sessions", "users");
        }

        private static SchemaPolicies schema() {
            return SchemaPolicies.column("organization_id");
        }
    }

    /** Roles belong to the whole server, so each test has its own. */
    private final String role = "maintenance_" + UUID.randomUUID().toString().replace("-", "");

    @Parameter
    private Policies policies;

    @AutoClose
    private ReviewedDatabase database;

    @BeforeEach
    void createTables() {
        database = new ReviewedDatabase();
    }

    @AfterEach
    void dropRole() {
        database.asAdministrator(
                "do $$ begin if exists (select from pg_roles where rolname = '%1$s') then drop owned by %1$s; drop role %1$s; end if; end $$"
                        .formatted(role));
    }

    private void protect() throws SQLException {
        policies.apply(database.owner(), role);
        database.asAdministrator(
                "grant authenticated to " + database.application().getUser());
    }

    @Test
    void itSeesAndChangesAllRows() throws SQLException {
        protect();

        try (Connection connection = database.owner().getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("update user_sessions set user_agent = 'none'"))
                    .isZero();
            statement.execute("grant " + role + " to current_user");
            statement.execute("set role " + role);
            assertThat(statement.executeUpdate("update user_sessions set user_agent = 'none'"))
                    .isEqualTo(6);
            assertThat(statement.executeUpdate("delete from user_sessions")).isEqualTo(6);
        }
    }

    @Test
    void aTenantSeesNoMoreForIt() throws SQLException {
        protect();

        assertThat(database.tokens(ACME)).isEqualTo("alice-old alice-phone bob-laptop");
    }

    @Test
    void whoIsGrantedItLaterAndWorksForTenantsSeesNoMore() throws SQLException {
        protect();
        database.asAdministrator(
                "grant " + role + " to " + database.application().getUser());

        assertThat(database.tokens(ACME)).isEqualTo("alice-old alice-phone bob-laptop");
        assertThatThrownBy(() -> policies.apply(database.owner(), role))
                .hasMessageContaining(database.application().getUser());
    }

    @Test
    void itCannotLogIn() throws SQLException {
        protect();

        assertThat(database.catalog("select rolcanlogin from pg_roles where rolname = '" + role + "'"))
                .isEqualTo("f");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create role %1$s nologin; grant %1$s to %2$s",
                "create role %1$s nologin; create role %1$s_between nologin; grant %1$s to %1$s_between; grant %1$s_between to %2$s",
                "create role %1$s nologin; alter role %2$s noinherit; grant %1$s to %2$s",
                "create role %1$s login"
            })
    void itIsRefusedWhereWhoServesRequestsHasIt(String grants) throws SQLException {
        database.asAdministrator("do $$ begin if not exists (select from pg_roles where rolname = 'authenticated') then"
                + " create role authenticated nologin; end if; end $$");
        database.asAdministrator(
                "grant authenticated to " + database.application().getUser());
        database.asAdministrator(grants.formatted(role, database.application().getUser()));
        try {
            assertThatThrownBy(() -> policies.apply(database.owner(), role))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining(role)
                    .extracting(thrown -> ((SQLException) thrown).getSQLState())
                    .isEqualTo("55000");
        } finally {
            database.asAdministrator("drop role if exists " + role + "_between");
        }
    }

    @Test
    void undoTakesItBack() throws SQLException {
        String before = SchemaDump.of(database.database().administrator());
        policies.apply(database.owner(), role);
        policies.apply(database.owner(), role);

        policies.undo(database.owner());

        assertThat(SchemaDump.of(database.database().administrator())).isEqualTo(before);
    }
}
