package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.policy.SessionPolicies;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plans of the hot look-ups, with many organizations, as policies are a part of each. Times are the benchmarks' job. */
class IndexesAreUsedTest {

    private static ReviewedDatabase database;

    @BeforeAll
    static void fillTables() throws SQLException {
        database = new ReviewedDatabase();
        database.asOwner("""
                alter table user_sessions add created_at timestamptz not null default now();
                insert into users (id, organization_id, email)
                select md5('user' || n)::uuid, md5('organization' || n % 200)::uuid, n || '@example.org'
                from generate_series(1, 2000) as n;
                insert into user_sessions (session_token, user_id, created_at, expires_at)
                select md5(n::text), md5('user' || 1 + n % 2000)::uuid,
                  now() - n * interval '1 s', now() + (n - 100) * interval '1 s'
                from generate_series(1, 40000) as n""");
        database.migrate(SessionPolicies.ownColumn());
        database.asAdministrator("vacuum analyze");
    }

    @AfterAll
    static void dropTables() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void ofOwnColumnByToken(String plans) throws SQLException {
        SessionPolicies.ownColumn().apply(database.owner());
        assertThat(plan(plans, "select * from user_sessions where session_token = 'alice-phone'"))
                .contains("idx_sessions_token_unique");
    }

    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void ofOwnColumnOneUsers(String plans) throws SQLException {
        SessionPolicies.ownColumn().apply(database.owner());
        assertThat(plan(plans, "select * from user_sessions where user_id = '" + ALICE + "'"))
                .contains("user_sessions_user_organization_idx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void ofOwnColumnAWholeOrganization(String plans) throws SQLException {
        SessionPolicies.ownColumn().apply(database.owner());
        assertThat(plan(plans, "select * from user_sessions")).contains("user_sessions_organization_newest_idx");
        assertThat(plan(plans, "select * from user_sessions order by created_at desc limit 20"))
                .contains("user_sessions_organization_newest_idx")
                .doesNotContain("Sort");
    }

    @Test
    void ofCleanUp() throws SQLException {
        SessionPolicies.ownColumn().apply(database.owner());
        try (Connection administrator = database.database().administrator().getConnection()) {
            assertThat(plan(administrator, "delete from user_sessions where expires_at < now()"))
                    .contains("user_sessions_expires_idx");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void throughUsersByTokenAndOneUsers(String plans) throws SQLException {
        SessionPolicies.throughUsers().apply(database.owner());
        assertLooksUsersUpByTheirKey(plans);
    }

    /**
     * Where organizations have one user each but one has many, and an index covers them, the planner would rather collect all
     * users of the organization: of what it expects, that is one.
     */
    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void throughUsersByTokenAndOneUsersWhereOneOrganizationIsLarge(String plans) throws SQLException {
        SessionPolicies.throughUsers().apply(database.owner());
        database.asOwner("create index covering on users (organization_id, id);"
                + " insert into users (id, organization_id, email)"
                + " select md5('lone' || n)::uuid, md5('lone organization' || n)::uuid, '' from generate_series(1, 20000) as n;"
                + " insert into users (id, organization_id, email)"
                + " select md5('acme' || n)::uuid, '" + ACME.organizationId()
                + "', '' from generate_series(1, 2000) as n");
        try {
            database.asAdministrator("vacuum analyze users");
            assertLooksUsersUpByTheirKey(plans);
        } finally {
            database.asOwner("drop index covering; delete from users where email = ''");
            database.asAdministrator("vacuum analyze users");
        }
    }

    private static void assertLooksUsersUpByTheirKey(String plans) throws SQLException {
        for (String lookUp : List.of("session_token = 'alice-phone'", "user_id = '" + ALICE + "'")) {
            assertThat(plan(plans, "select * from user_sessions where " + lookUp))
                    .containsAnyOf(
                            "idx_sessions_token_unique", "idx_sessions_user", "user_sessions_user_organization_idx")
                    .containsPattern("Index Cond: .*\\(id = user_sessions.user_id\\)")
                    .doesNotContain("Seq Scan", "hashed");
        }
    }

    /** Five times a plan for these values, and then the one that PostgreSQL keeps for all. */
    @Test
    void throughUsersByTokenWithThePlanThatIsKept() throws SQLException {
        SessionPolicies.throughUsers().apply(database.owner());
        try (Connection connection = database.application().getConnection();
                Statement statement = connection.createStatement()) {
            bind(connection, ACME.organizationId());
            statement.execute("prepare by_token (text) as select * from user_sessions where session_token = $1");
            for (int i = 0; i < 6; i++) {
                assertThat(ReviewedDatabase.first(connection, "execute by_token ('alice-phone')"))
                        .isNotNull();
            }
            assertThat(ReviewedDatabase.first(
                            connection, "select generic_plans from pg_prepared_statements where name = 'by_token'"))
                    .as("generic plans")
                    .isEqualTo("1");
            assertThat(plan(connection, "execute by_token ('alice-phone')"))
                    .contains("session_token = $1", "idx_sessions_token_unique", "(id = user_sessions.user_id)")
                    .doesNotContain("Seq Scan", "hashed", "users_organization");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void throughUsersAWholeOrganizationByAQueryThatNamesIt(String plans) throws SQLException {
        SessionPolicies.throughUsers().apply(database.owner());
        assertThat(plan(
                        plans,
                        "select s.* from user_sessions as s join users as u on u.id = s.user_id where u.organization_id = '"
                                + ACME.organizationId() + "'"))
                .containsAnyOf("idx_sessions_user", "user_sessions_user_organization_idx")
                .contains("users_organization")
                .doesNotContain("Seq Scan");
    }

    /** PostgreSQL makes no one-time filter of a policy's condition, but an index returns at once. */
    @ParameterizedTest
    @ValueSource(strings = {"", "garbage"})
    void throughUsersWithoutATenantNothingIsRead(String organization) throws SQLException {
        SessionPolicies.throughUsers().apply(database.owner());
        try (Connection connection = database.application().getConnection()) {
            bind(connection, organization);
            for (String query : List.of(
                    "select * from user_sessions",
                    "select count(*) from user_sessions",
                    "select * from user_sessions order by created_at desc limit 20",
                    "select s.* from user_sessions as s join users as u on u.id = s.user_id",
                    "update user_sessions set ip_address = ''",
                    "delete from user_sessions")) {
                String plan = plan(connection, "(analyze, timing off, summary off) " + query);
                assertThat(plan)
                        .as(query)
                        .containsAnyOf("idx_sessions_user", "user_sessions_user_organization_idx")
                        .doesNotContain("Rows Removed by Filter", "Seq Scan on user_sessions");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void throughUsersForListsAWholeOrganization(String plans) throws SQLException {
        SessionPolicies.throughUsers().forLists().apply(database.owner());
        for (String list : List.of("select count(*) from user_sessions", "select * from user_sessions")) {
            assertThat(plan(plans, list))
                    .containsAnyOf("idx_sessions_user", "user_sessions_user_organization_idx")
                    .contains("users_organization")
                    .doesNotContain("Seq Scan");
        }
    }

    /** The planner would rather read all users of the organization, if it were free to, where an index covers them. */
    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void throughUsersAWrittenRowByItsUsersKey(String plans) throws SQLException {
        SessionPolicies.throughUsers().apply(database.owner());
        database.asOwner("create index covering on users (organization_id, id)");
        try {
            database.asAdministrator("vacuum analyze users");
            String plan =
                    plan(plans, "insert into user_sessions (session_token, user_id) values ('new', '" + ALICE + "')");
            assertThat(plan).contains("(id = user_sessions.user_id)");
        } finally {
            database.asOwner("drop index covering");
        }
    }

    private static void bind(Connection connection, String organization) throws SQLException {
        ReviewedDatabase.first(connection, "select set_config('app.organization_id', '" + organization + "', false)");
    }

    private static String plan(String plans, String sql) throws SQLException {
        try (Connection connection = database.application().getConnection()) {
            bind(connection, ACME.organizationId());
            ReviewedDatabase.first(connection, "select set_config('plan_cache_mode', '" + plans + "', false)");
            try (Statement statement = connection.createStatement()) {
                statement.execute("prepare hot as " + sql);
            }
            return plan(connection, "execute hot");
        }
    }

    private static String plan(Connection connection, String sql) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (Statement statement = connection.createStatement();
                ResultSet lines = statement.executeQuery("explain " + sql)) {
            while (lines.next()) {
                plan.append(lines.getString(1)).append('\n');
            }
        }
        return plan.toString();
    }
}
