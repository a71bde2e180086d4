package io.tenantdatasource.it.check;

import static io.tenantdatasource.check.Rule.BYPASS_RLS;
import static io.tenantdatasource.check.Rule.CAN_TURN_INTO_BYPASSING_ROLE;
import static io.tenantdatasource.check.Rule.DEFINER_FUNCTION_THAT_IS_NOT_BOUND;
import static io.tenantdatasource.check.Rule.FOREIGN_KEY_WITHOUT_ROW_SECURITY;
import static io.tenantdatasource.check.Rule.MATERIALIZED_VIEW_OF_HIDDEN_ROWS;
import static io.tenantdatasource.check.Rule.NO_POLICY;
import static io.tenantdatasource.check.Rule.ORGANIZATION_COLUMN_WITHOUT_ROW_SECURITY;
import static io.tenantdatasource.check.Rule.OWNER_WITHOUT_FORCE;
import static io.tenantdatasource.check.Rule.PARTITION_WITHOUT_ROW_SECURITY;
import static io.tenantdatasource.check.Rule.POLICY_THAT_WIDENS;
import static io.tenantdatasource.check.Rule.POLICY_WITHOUT_ROW_SECURITY;
import static io.tenantdatasource.check.Rule.ROLE_NOT_ASSUMABLE;
import static io.tenantdatasource.check.Rule.ROW_SECURITY_NOT_FORCED;
import static io.tenantdatasource.check.Rule.SUPERUSER;
import static io.tenantdatasource.check.Rule.VIEW_THAT_SHOWS_HIDDEN_ROWS;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.tenantdatasource.check.DatabaseCheck;
import io.tenantdatasource.check.Finding;
import io.tenantdatasource.check.Rule;
import io.tenantdatasource.test.PostgresServer;
import io.tenantdatasource.test.TenantDatabase;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What each rule sees, in a transaction that is rolled back, as the application's user {@code app}. */
@TenantDatabase(scripts = "/io/tenantdatasource/it/check/in-order.sql")
class DatabaseCheckTest {

    private static final String APP = "create role app; grant authenticated to app;";
    private static final DatabaseCheck DEFAULTS = DatabaseCheck.of("app.organization_id");

    private static PGSimpleDataSource administrator;

    @BeforeAll
    static void connect(TestDatabase database) {
        administrator = database.administrator();
    }

    private static Map<Rule, List<String>> findings(String changes) throws SQLException {
        return findings(administrator, changes, DEFAULTS);
    }

    private static Map<Rule, List<String>> findings(
            PGSimpleDataSource administrator, String changes, DatabaseCheck check) throws SQLException {
        try (Connection connection = administrator.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(changes);
            statement.execute("set session authorization app");
            return objects(check.run(connection));
        }
    }

    private static Map<Rule, List<String>> objects(List<Finding> findings) {
        return findings.stream().collect(toMap(Finding::rule, Finding::objects));
    }

    @Test
    void findsNothingWhereAllIsInOrder() throws SQLException {
        assertThat(findings(APP)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 17, 18})
    @DisabledIfSystemProperty(named = "tenant-datasource.test.url", matches = ".+")
    void findsTheSameOnEachMajor(int major) throws SQLException, IOException {
        try (TestDatabase database = PostgresServer.shared(major).createDatabase()) {
            assertThat(findings(database.administrator(), text("all-holes.sql"), DEFAULTS))
                    .containsOnly(
                            entry(CAN_TURN_INTO_BYPASSING_ROLE, List.of("auditor", "rescuer")),
                            entry(OWNER_WITHOUT_FORCE, List.of("public.owned")),
                            entry(
                                    NO_POLICY,
                                    List.of("public.for_others", "public.restricted", "public.without_policy")),
                            entry(POLICY_WITHOUT_ROW_SECURITY, List.of("public.switched_off")),
                            entry(
                                    ORGANIZATION_COLUMN_WITHOUT_ROW_SECURITY,
                                    List.of("public.\"Forgotten\"", "public.forgotten_by_parts", "public.same_column")),
                            entry(FOREIGN_KEY_WITHOUT_ROW_SECURITY, List.of("public.of_ours")),
                            entry(PARTITION_WITHOUT_ROW_SECURITY, List.of("public.ours_by_parts")),
                            entry(ROW_SECURITY_NOT_FORCED, List.of("public.ours_unforced")),
                            entry(POLICY_THAT_WIDENS, List.of("also on public.ours_unforced")),
                            entry(VIEW_THAT_SHOWS_HIDDEN_ROWS, List.of("public.ours_in_a_view")),
                            entry(MATERIALIZED_VIEW_OF_HIDDEN_ROWS, List.of("public.ours_in_a_copy")),
                            entry(
                                    DEFINER_FUNCTION_THAT_IS_NOT_BOUND,
                                    List.of("public.ours_in_a_function(integer, text)")));
        }
    }

    @Test
    void whomNoPolicyBindsIsNotToldWhatElseShowsEverything() throws SQLException, IOException {
        assertThat(findings(text("all-holes.sql") + "alter role app superuser"))
                .containsOnlyKeys(SUPERUSER, POLICY_WITHOUT_ROW_SECURITY, ORGANIZATION_COLUMN_WITHOUT_ROW_SECURITY);
    }

    @Test
    void anOwnerIsToldOnceThatRowSecurityIsNotForced() throws SQLException, IOException {
        assertThat(findings(text("all-holes.sql") + "alter table ours_unforced owner to app"))
                .doesNotContainKey(ROW_SECURITY_NOT_FORCED)
                .containsEntry(OWNER_WITHOUT_FORCE, List.of("public.ours_unforced", "public.owned"));
    }

    @Test
    void whatIsMeantToBeShownIsAccepted() throws SQLException, IOException {
        assertThat(findings(text("all-holes.sql")
                        + "set local tenant_datasource.accept = 'public.ours_in_a_view; public.of_ours ;public.same_column;"
                        + "public.ours_in_a_function(int, text); public.ours_in_a_copy; public.ours_by_parts'"))
                .containsEntry(
                        ORGANIZATION_COLUMN_WITHOUT_ROW_SECURITY,
                        List.of("public.\"Forgotten\"", "public.forgotten_by_parts"))
                .containsEntry(PARTITION_WITHOUT_ROW_SECURITY, List.of("public.ours_by_parts"))
                .doesNotContainKeys(
                        VIEW_THAT_SHOWS_HIDDEN_ROWS,
                        MATERIALIZED_VIEW_OF_HIDDEN_ROWS,
                        FOREIGN_KEY_WITHOUT_ROW_SECURITY,
                        DEFINER_FUNCTION_THAT_IS_NOT_BOUND);
    }

    private static String text(String resource) throws IOException {
        try (InputStream in = DatabaseCheckTest.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void findsASuperuserAndNotEachRoleThatItCouldBecome() throws SQLException {
        assertThat(findings("create role app superuser")).containsExactly(entry(SUPERUSER, List.of("app")));
    }

    @Test
    void findsARoleThatBypassesRowSecurity() throws SQLException {
        assertThat(findings("create role app bypassrls")).containsExactly(entry(BYPASS_RLS, List.of("app")));
    }

    @Test
    void findsARoleThatMayTurnIntoOneThatBypassesThroughAnother() throws SQLException {
        assertThat(
                        findings(
                                APP
                                        + "create role auditor bypassrls; create role staff; grant auditor to staff; grant staff to app"))
                .containsExactly(entry(CAN_TURN_INTO_BYPASSING_ROLE, List.of("auditor")));
    }

    @Test
    @DisabledIfSystemProperty(named = "tenant-datasource.test.url", matches = ".+")
    void findsNoFaultInAMembershipThatMayNotBeSetSince16() throws SQLException {
        try (TestDatabase database = PostgresServer.shared(16).createDatabase()) {
            assertThat(findings(
                            database.administrator(),
                            "create role app; create role auditor bypassrls; grant auditor to app with set false",
                            DEFAULTS))
                    .isEmpty();
        }
    }

    @Test
    void findsThatResetRoleLeadsFromTheAssumedRoleBackToASuperuser() throws SQLException {
        DatabaseCheck assuming = DEFAULTS.assuming("authenticated");

        assertThat(findings(administrator, "create role app superuser", assuming))
                .containsExactly(entry(CAN_TURN_INTO_BYPASSING_ROLE, List.of("app")));
    }

    @Test
    void asksForWhatTheAssumedRoleMayDoAndNotTheOneThatLogsIn() throws SQLException {
        DatabaseCheck assuming = DEFAULTS.assuming("worker");

        assertThat(findings(administrator, APP + "create role worker bypassrls; grant worker to app", assuming))
                .containsExactly(entry(BYPASS_RLS, List.of("worker")));
    }

    @Test
    void findsAnAssumedRoleThatIsNotThereOrNotForTheUser() throws SQLException {
        DatabaseCheck assuming = DEFAULTS.assuming("worker");

        assertThat(findings(administrator, APP, assuming))
                .containsExactly(entry(ROLE_NOT_ASSUMABLE, List.of("worker")));
        assertThat(findings(administrator, APP + "create role worker", assuming))
                .containsExactly(entry(ROLE_NOT_ASSUMABLE, List.of("worker")));
    }

    @Test
    void takesAMemberOfTheOwnerForTheOwner() throws SQLException {
        assertThat(findings(APP + "create role owner; alter table invoices owner to owner, no force row level security;"
                        + " grant owner to app"))
                .containsExactly(entry(OWNER_WITHOUT_FORCE, List.of("public.invoices")));
    }

    @Test
    void findsNoFaultInAnOwnerWhoIsBound() throws SQLException {
        assertThat(findings(APP + "alter table invoices owner to app")).isEmpty();
    }

    @Test
    void takesAPolicyForEverybodyForOneOfTheRole() throws SQLException {
        assertThat(
                        findings(
                                "create role app; grant select on invoices to app; create policy all_of_them on invoices using (true)"))
                .isEmpty();
    }

    @Test
    void looksForTheColumnThatIsNamedAsTheOrganizationsSetting() throws SQLException {
        String customers = APP + "create table projects (customer_id int); grant select on projects to app";
        DatabaseCheck named = DatabaseCheck.of("app.customer_id");

        assertThat(findings(customers)).isEmpty();
        assertThat(findings(administrator, customers, named))
                .containsExactly(entry(ORGANIZATION_COLUMN_WITHOUT_ROW_SECURITY, List.of("public.projects")));
    }

    @Test
    void leavesTheConnectionAsItWas() throws SQLException {
        try (Connection connection = administrator.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            DEFAULTS.run(connection);

            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            assertThat(connection.getAutoCommit()).isFalse();
            assertThat(statement.execute("select 1")).isTrue();
        }
    }

    @Test
    void tellsOfSomebodyElseWhatItTellsThem() throws SQLException, IOException {
        assertThat(objects(findingsOfApp(text("all-holes.sql"))))
                .isEqualTo(findings(text("all-holes.sql")))
                .isNotEmpty();
    }

    @Test
    void refusesToTellOfNobody() {
        assertThatThrownBy(() -> DEFAULTS.loggedInAs("Nobody").run(administrator))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("\"Nobody\"")
                .extracting(thrown -> ((SQLException) thrown).getSQLState())
                .isEqualTo("42704");
    }

    @Test
    void theSqlThatMendsLeavesWhatSomebodyHasToDecide() throws SQLException, IOException {
        String holes = text("all-holes.sql");
        String mending = findingsOfApp(holes).stream()
                .flatMap(finding -> finding.mending().values().stream())
                .collect(joining("\n"));

        assertThat(objects(findingsOfApp(holes + mending)))
                .containsOnly(
                        entry(
                                NO_POLICY,
                                List.of(
                                        "public.for_others",
                                        "public.owned",
                                        "public.restricted",
                                        "public.without_policy")),
                        entry(
                                ORGANIZATION_COLUMN_WITHOUT_ROW_SECURITY,
                                List.of("public.\"Forgotten\"", "public.forgotten_by_parts", "public.same_column")),
                        entry(FOREIGN_KEY_WITHOUT_ROW_SECURITY, List.of("public.of_ours")),
                        entry(PARTITION_WITHOUT_ROW_SECURITY, List.of("public.ours_by_parts")),
                        entry(POLICY_THAT_WIDENS, List.of("also on public.ours_unforced")),
                        entry(MATERIALIZED_VIEW_OF_HIDDEN_ROWS, List.of("public.ours_in_a_copy")),
                        entry(DEFINER_FUNCTION_THAT_IS_NOT_BOUND, List.of("public.ours_in_a_function(integer, text)")));
    }

    private static List<Finding> findingsOfApp(String changes) throws SQLException {
        try (Connection connection = administrator.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(changes);
            return DEFAULTS.loggedInAs("app").run(connection);
        }
    }
}
