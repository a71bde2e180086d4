package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code docs/migration-tools.md} says about Liquibase. */
class LiquibaseTest {

    @AutoClose
    private ReviewedDatabase database;

    @BeforeEach
    void createTables() {
        database = new ReviewedDatabase();
    }

    @ParameterizedTest
    @EnumSource
    void aChangeLogThatIncludesOursNamesWhatIsNamedOtherwise(Solution solution) throws Exception {
        database.asOwner("""
                create schema "Auth";
                alter table user_sessions set schema "Auth";
                alter table "Auth".user_sessions rename to "UserSessions";
                alter table "Auth"."UserSessions" rename user_id to "userId";
                """);
        database.asOwner(
                "grant usage on schema \"Auth\" to " + database.application().getUser());
        String before = Tool.schema(database);
        LiquibaseRun liquibase = new LiquibaseRun(
                database.owner(), "io/tenantdatasource/it/policy/" + Psql.name(solution) + "-including.xml");
        liquibase.update();
        database.asAdministrator(
                "grant authenticated to " + database.application().getUser());
        assertThat(database.query(
                        GLOBEX,
                        "select string_agg(session_token, ' ' order by session_token) from \"Auth\".\"UserSessions\""))
                .isEqualTo("carol-laptop carol-old");
        if (solution == Solution.OWN_COLUMN) {
            assertThat(database.catalog("select to_regclass('\"Auth\".\"UserSessions_user_organization_idx\"')::text"))
                    .as("called after the table")
                    .isNotNull();
        }
        liquibase.rollbackEverything();
        assertThat(Tool.schema(database)).isEqualTo(before);
    }

    @Test
    void anIndexForAColumnThatIsMissingIsMarkedAsRun() throws Exception {
        LiquibaseRun.of(database, Solution.OWN_COLUMN).update();
        assertThat(database.catalog("select string_agg(id, ' ') from databasechangelog where exectype = 'MARK_RAN'"))
                .isEqualTo("own-column-newest-index");
        assertThat(database.catalog("select to_regclass('user_sessions_organization_idx')::text"))
                .isNotNull();
    }

    @Test
    void aRollbackOfSomeStepsOpensNothingAndTheNextUpdateRunsThemAgain() throws Exception {
        LiquibaseRun liquibase = LiquibaseRun.of(database, Solution.OWN_COLUMN);
        liquibase.update();
        String after = Tool.schema(database);
        liquibase.rollback(7);
        assertThat(Tool.schema(database)).isEqualTo(after);
        liquibase.update();
        assertThat(Tool.schema(database)).isEqualTo(after);
    }

    @Test
    void aStepThatAnotherVersionWroteDifferentlyRunsAgain() throws Exception {
        LiquibaseRun liquibase = LiquibaseRun.of(database, Solution.OWN_COLUMN);
        liquibase.update();
        database.asOwner("update databasechangelog set md5sum = '9:00000000000000000000000000000000'");
        liquibase.update();
        assertThat(database.catalog("select count(*) from databasechangelog where exectype <> 'RERAN'"))
                .isEqualTo("0");
    }
}
