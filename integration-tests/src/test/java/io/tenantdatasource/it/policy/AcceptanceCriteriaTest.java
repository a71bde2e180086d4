package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.ACME;
import static io.tenantdatasource.it.policy.ReviewedDatabase.ALICE;
import static io.tenantdatasource.it.policy.ReviewedDatabase.CAROL;
import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.Statement;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the review demands, of each of its solutions, whichever tool runs the migration. */
@ParameterizedClass
@MethodSource("toolsAndSolutions")
class AcceptanceCriteriaTest {

    @Parameter(0)
    private Tool tool;

    @Parameter(1)
    private Solution solution;

    @AutoClose
    private ReviewedDatabase database;

    static Stream<Arguments> toolsAndSolutions() {
        return Arrays.stream(Tool.values())
                .flatMap(tool -> Arrays.stream(Solution.values()).map(solution -> Arguments.of(tool, solution)));
    }

    @BeforeEach
    void createTables() {
        database = new ReviewedDatabase();
    }

    @Test
    void policiesAreAddedToUserSessions() throws Exception {
        tool.apply(database, solution);
        assertThat(database.catalog("""
                select string_agg(concat_ws(' ', policyname, permissive, cmd, roles), ', ' order by policyname)
                from pg_policies where tablename = 'user_sessions'"""))
                .isEqualTo(String.join(
                        ", ",
                        "user_sessions_delete_policy PERMISSIVE DELETE {authenticated}",
                        "user_sessions_insert_policy PERMISSIVE INSERT {authenticated}",
                        "user_sessions_own_policy RESTRICTIVE ALL {authenticated}",
                        "user_sessions_select_policy PERMISSIVE SELECT {authenticated}",
                        "user_sessions_update_policy PERMISSIVE UPDATE {authenticated}"));
        assertThat(database.catalog("""
                select relrowsecurity and relforcerowsecurity from pg_class where oid = 'user_sessions'::regclass""")).isEqualTo("t");
    }

    @Test
    void migrationIsGeneratedAndTested() throws Exception {
        String before = Tool.schema(database);

        tool.apply(database, solution);
        String after = Tool.schema(database);
        tool.apply(database, solution);
        assertThat(Tool.schema(database)).as("the second time").isEqualTo(after);

        tool.undo(database, solution);
        assertThat(Tool.schema(database)).as("after undo").isEqualTo(before);
        tool.apply(database, solution);
        assertThat(Tool.schema(database)).as("after undo and once more").isEqualTo(after);

        tool.undo(database, solution);
        Tool.JAVA.apply(database, solution);
        assertThat(after).as("the same as by Java").isEqualTo(Tool.schema(database));
    }

    @Test
    void usersCanOnlyAccessTheirOwnSessions() throws Exception {
        assertThat(database.tokens(ACME)).as("before").contains("carol-laptop");
        migrate();
        assertThat(database.tokens(ACME)).isEqualTo("alice-old alice-phone bob-laptop");
        assertThat(database.tokens(GLOBEX)).isEqualTo("carol-laptop carol-old");
        assertThat(database.tokens(ACME.withUser(ALICE))).isEqualTo("alice-old alice-phone");

        assertThat(database.update(
                        ACME, "update user_sessions set ip_address = 'x' where session_token = 'carol-laptop'"))
                .isZero();
        assertThat(database.update(ACME, "delete from user_sessions where session_token = 'carol-laptop'"))
                .isZero();
        assertThatThrownBy(() -> database.update(
                        ACME, "insert into user_sessions (session_token, user_id) values ('x', '" + CAROL + "')"))
                .hasMessageContaining("row-level security policy");
        assertThat(database.update(
                        ACME, "insert into user_sessions (session_token, user_id) values ('x', '" + ALICE + "')"))
                .isEqualTo(1);
    }

    @Test
    void sessionCleanupJobsStillWork() throws Exception {
        String before = Tool.schema(database);
        migrate();
        String cleanUp = "delete from user_sessions where expires_at < now()";
        assertThat(database.update(ACME, cleanUp)).as("one organization's job").isEqualTo(1);
        assertThat(database.allTokens()).isEqualTo("alice-phone bob-laptop carol-laptop carol-old nobody");

        tool.applyCleanup(database, solution);
        var job = database.database().createUser("cleaner");
        database.asAdministrator("grant " + Tool.CLEANUP_ROLE + " to " + job.getUser());
        try (Connection connection = job.getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("delete from user_sessions"))
                    .as("all organizations' job")
                    .isEqualTo(2);
        }
        assertThat(database.allTokens()).isEqualTo("alice-phone bob-laptop carol-laptop");

        tool.undo(database, solution);
        assertThat(Tool.schema(database)).as("after undo").isEqualTo(before);
    }

    /** Applies, and lets the application fall under it. */
    private void migrate() throws Exception {
        tool.apply(database, solution);
        database.asAdministrator(
                "grant authenticated to " + database.application().getUser());
    }
}
