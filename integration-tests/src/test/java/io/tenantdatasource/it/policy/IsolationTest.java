package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ALICE;
import static io.tenantdatasource.it.policy.ReviewedDatabase.BOB;
import static io.tenantdatasource.it.policy.ReviewedDatabase.CAROL;
import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.policy.SessionPolicies;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the application sees and changes once the policies of either solution have been applied. */
@ParameterizedClass
@EnumSource(IsolationTest.Form.class)
class IsolationTest {

    enum Form {
        THROUGH_USERS,
        THROUGH_USERS_FOR_LISTS,
        OWN_COLUMN;

        SessionPolicies policies() {
            return switch (this) {
                case THROUGH_USERS -> SessionPolicies.throughUsers();
                case THROUGH_USERS_FOR_LISTS -> SessionPolicies.throughUsers().forLists();
                case OWN_COLUMN -> SessionPolicies.ownColumn();
            };
        }
    }

    private static final String OF_ACME = "alice-old alice-phone bob-laptop";
    private static final String ALL = "alice-old alice-phone bob-laptop carol-laptop carol-old nobody";

    @Parameter
    private Form form;

    @AutoClose
    private ReviewedDatabase database;

    @BeforeEach
    void migrate() throws SQLException {
        database = new ReviewedDatabase();
        assertThat(database.tokens(ACME)).as("the theft, before").isEqualTo(ALL);
        database.migrate(form.policies());
    }

    @Test
    void usersCanOnlyAccessTheirOwnOrganizationsSessions() throws SQLException {
        assertThat(database.tokens(ACME)).isEqualTo(OF_ACME);
        assertThat(database.tokens(GLOBEX)).isEqualTo("carol-laptop carol-old");
        assertThat(database.tokens(Tenant.of(UUID.randomUUID()))).isNull();
    }

    @Test
    void aForeignTokenFindsNothing() throws SQLException {
        String byToken = "select ip_address from user_sessions where session_token = 'carol-laptop'";
        assertThat(database.query(ACME, byToken)).isNull();
        assertThat(database.query(GLOBEX, byToken)).isEqualTo("198.51.100.1");
    }

    @Test
    void foreignRowsCannotBeDeletedOrChanged() throws SQLException {
        assertThat(database.update(ACME, "delete from user_sessions where session_token = 'carol-laptop'"))
                .isZero();
        assertThat(database.update(ACME, "update user_sessions set ip_address = 'x' where user_id = '" + CAROL + "'"))
                .isZero();
        assertThat(database.update(ACME, "delete from user_sessions")).isEqualTo(3);
        assertThat(database.allTokens()).isEqualTo("carol-laptop carol-old nobody");
    }

    @Test
    void ownRowsCanBeWritten() throws SQLException {
        assertThat(database.update(ACME, insertFor(ALICE))).isEqualTo(1);
        assertThat(database.update(
                        ACME, "update user_sessions set user_id = '" + BOB + "' where session_token = 'alice-phone'"))
                .isEqualTo(1);
        assertThat(database.update(ACME, "delete from user_sessions where session_token = 'new'"))
                .isEqualTo(1);
    }

    @Test
    void rowsOfForeignUsersCannotBeWritten() {
        assertRefused(() -> database.update(ACME, insertFor(CAROL)));
        assertRefused(() -> database.update(ACME, insertFor(UUID.randomUUID())));
        assertRefused(
                () -> database.update(ACME, "insert into user_sessions (session_token, user_id) values ('new', null)"));
    }

    @Test
    void ownRowsCannotBeMovedToAForeignUserOrToNobody() {
        String move = "update user_sessions set user_id = %s where session_token = 'alice-phone'";
        assertRefused(() -> database.update(ACME, move.formatted("'" + CAROL + "'")));
        assertRefused(() -> database.update(ACME, move.formatted("null")));
    }

    /** Without a WHERE the statement reads nothing, so the policy for SELECT has no say in the new rows. */
    @Test
    void allOwnRowsCannotBeMovedAtOnceEither() {
        assertRefused(() -> database.update(ACME, "update user_sessions set user_id = '" + CAROL + "'"));
        assertRefused(() -> database.update(ACME, "update user_sessions set user_id = null"));
    }

    @Test
    void anUpsertCannotTakeOverAForeignRow() throws SQLException {
        assertRefused(() -> database.update(
                ACME,
                "insert into user_sessions (session_token, user_id) values ('carol-laptop', '" + ALICE + "')"
                        + " on conflict (session_token) do update set user_id = excluded.user_id"));
        assertThat(database.tokens(GLOBEX)).isEqualTo("carol-laptop carol-old");
    }

    @Test
    void sessionsOfNobodyAreShownToNobody() throws SQLException {
        assertThat(database.query(ACME, "select count(*) from user_sessions where user_id is null"))
                .isEqualTo("0");
    }

    @Test
    void aUserSeesAndChangesOnlyTheirOwnRows() throws SQLException {
        Tenant alice = ACME.withUser(ALICE);
        assertThat(database.tokens(alice)).isEqualTo("alice-old alice-phone");
        assertThat(database.update(alice, "delete from user_sessions where session_token = 'bob-laptop'"))
                .isZero();
        assertThat(database.update(alice, "update user_sessions set ip_address = 'x'"))
                .isEqualTo(2);
        assertRefused(() -> database.update(alice, insertFor(BOB)));
        assertRefused(() -> database.update(alice, "update user_sessions set user_id = '" + BOB + "'"));
        assertThat(database.update(alice, insertFor(ALICE))).isEqualTo(1);
    }

    @Test
    void aUserOfAnotherOrganizationSeesNothing() throws SQLException {
        assertThat(database.tokens(ACME.withUser(CAROL))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "ac3e0000-0000-4000-8000-00000000000",
                "ac3e0000-0000-4000-8000-0000000000012",
                "{ac3e0000-0000-4000-8000-000000000001}",
                "ac3e0000000040008000000000000001",
                "ac3e0000-0000-4000-8000-000000000001\n",
                "\nac3e0000-0000-4000-8000-000000000001",
                " ac3e0000-0000-4000-8000-000000000001",
                "gc3e0000-0000-4000-8000-000000000001",
                "' or true --",
                "null",
                "%"
            })
    void aMalformedSettingShowsNoRowsAndThrowsNothing(String malformed) throws SQLException {
        assertThat(database.tokens(Tenant.of(malformed))).isNull();
        assertThat(database.update(Tenant.of(malformed), "delete from user_sessions"))
                .isZero();
        assertThat(database.tokens(ACME.withUser(malformed))).isNull();
        assertThat(database.update(ACME.withUser(malformed), "update user_sessions set ip_address = 'x'"))
                .isZero();
        assertRefused(() -> database.update(Tenant.of(malformed), insertFor(ALICE)));
        assertThat(database.allTokens()).isEqualTo(ALL);
    }

    @Test
    void theCaseOfAUuidDoesNotMatter() throws SQLException {
        assertThat(database.tokens(Tenant.of(ACME.organizationId().toUpperCase(java.util.Locale.ROOT))))
                .isEqualTo(OF_ACME);
    }

    @Test
    void anUnsetSettingShowsNoRowsAndThrowsNothing() throws SQLException {
        try (Connection never = database.application().getConnection()) {
            assertNothing(never);
        }
    }

    @Test
    void anEmptiedSettingShowsNoRowsAndThrowsNothing() throws SQLException {
        try (Connection connection = database.application().getConnection()) {
            connection.setAutoCommit(false);
            ReviewedDatabase.first(
                    connection, "select set_config('app.organization_id', '" + ACME.organizationId() + "', true)");
            connection.commit();
            assertThat(ReviewedDatabase.first(connection, "select current_setting('app.organization_id', true)"))
                    .as("PostgreSQL leaves the empty text behind")
                    .isEmpty();
            assertNothing(connection);
        }
    }

    private static void assertNothing(Connection connection) throws SQLException {
        assertThat(ReviewedDatabase.first(connection, "select count(*) from user_sessions"))
                .isEqualTo("0");
        assertThat(ReviewedDatabase.first(
                        connection, "select count(*) from user_sessions where session_token = 'alice-phone'"))
                .isEqualTo("0");
        try (PreparedStatement delete = connection.prepareStatement("delete from user_sessions")) {
            assertThat(delete.executeUpdate()).isZero();
        }
    }

    @Test
    void oneGenericPlanServesEachTenantItsOwn() throws SQLException {
        database.application().setPrepareThreshold(1);
        for (int i = 0; i < 12; i++) {
            assertThat(database.tokens(i % 2 == 0 ? ACME : GLOBEX))
                    .isEqualTo(i % 2 == 0 ? OF_ACME : "carol-laptop carol-old");
        }
    }

    @Test
    void theOwnerIsBoundToo() throws SQLException {
        try (Connection owner = database.owner().getConnection()) {
            assertNothing(owner);
            ReviewedDatabase.first(
                    owner, "select set_config('app.organization_id', '" + ACME.organizationId() + "', false)");
            assertNothing(owner);
        }
    }

    @Test
    void whoFallsUnderNoPolicySeesNothing() throws SQLException {
        var stranger = database.database().createUser("stranger");
        database.asAdministrator("grant all on user_sessions to " + stranger.getUser());
        try (Connection connection = stranger.getConnection()) {
            ReviewedDatabase.first(
                    connection, "select set_config('app.organization_id', '" + ACME.organizationId() + "', false)");
            assertNothing(connection);
        }
    }

    @Test
    void usersMayHaveRowSecurityOfTheirOwn() throws SQLException {
        database.asOwner("""
                alter table users enable row level security;
                alter table users force row level security;
                create policy users_of_organization on users to authenticated
                  using (organization_id = (select nullif(current_setting('app.organization_id', true), '')::uuid));
                """);
        usersCanOnlyAccessTheirOwnOrganizationsSessions();
        ownRowsCanBeWritten();
        rowsOfForeignUsersCannotBeWritten();
        anUnsetSettingShowsNoRowsAndThrowsNothing();
    }

    @Test
    void usersMayHaveTheReviewsOwnPolicyWhichThrowsOnAnEmptySetting() throws SQLException {
        database.asOwner("""
                alter table users enable row level security;
                create policy users_of_organization on users to authenticated
                  using (organization_id = current_setting('app.organization_id', true)::uuid);
                """);
        usersCanOnlyAccessTheirOwnOrganizationsSessions();
        anEmptiedSettingShowsNoRowsAndThrowsNothing();
        assertThat(database.tokens(Tenant.of("garbage"))).isNull();
    }

    @Test
    void sessionCleanupJobsOfTheApplicationsRoleDeleteTheirTenantsExpiredRowsOnly() throws SQLException {
        assertThat(database.update(ACME, "delete from user_sessions where expires_at < now()"))
                .isEqualTo(1);
        assertThat(database.allTokens()).isEqualTo("alice-phone bob-laptop carol-laptop carol-old nobody");
    }

    private static String insertFor(UUID user) {
        return "insert into user_sessions (session_token, user_id) values ('new', '" + user + "')";
    }

    private static void assertRefused(ThrowingCallable write) {
        assertThatThrownBy(write)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"))
                .hasMessageContaining("row-level security policy");
    }
}
