package io.tenantdatasource.it.policy;

import static io.tenantdatasource.it.policy.ReviewedDatabase.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scripts of {@code db/psql}, run as people run them. */
class PsqlTest {

    /** Longer than what is left when an index is called after it, and no byte may be cut out of a letter. */
    private static final String LONG_NAME = "sessions_of_all_our_users_ä" + "ä".repeat(17);

    @AutoClose
    private ReviewedDatabase database;

    @BeforeEach
    void createTables() {
        database = new ReviewedDatabase();
    }

    @ParameterizedTest
    @EnumSource
    void refusesToRunWhereAnErrorWouldNotStopIt(Solution solution) throws Exception {
        String before = Tool.schema(database);
        for (String file : List.of(Psql.file(solution), Psql.undoFile(solution))) {
            Psql.Result result = Psql.run(database.owner(), file, "-v", "ON_ERROR_STOP=0");
            assertThat(result.status()).isEqualTo(3);
            assertThat(result.err()).contains("-v ON_ERROR_STOP=1");
        }
        assertThat(Tool.schema(database)).isEqualTo(before);
    }

    @Test
    void whatIsOneTransactionCanBePartOfPsqlsOwn() throws Exception {
        String before = Tool.schema(database);
        Psql.Result result =
                Psql.run(database.owner(), "through-users.sql", "-1").requireSuccess();
        assertThat(result.err()).isEmpty();
        assertThat(Tool.schema(database)).isNotEqualTo(before);

        for (String undo : List.of("through-users-undo.sql", "own-column-undo.sql")) {
            assertThat(Psql.run(database.owner(), undo, "-1").requireSuccess().err())
                    .isEmpty();
        }
        assertThat(Tool.schema(database)).isEqualTo(before);
    }

    @Test
    void psqlsOwnTransactionTakesBackWhatItHasRunBefore() throws Exception {
        String before = Tool.schema(database);
        Psql.Result result =
                Psql.run(database.owner(), "through-users.sql", "-1", "-c", "select 1 / 0 as after_the_file");
        assertThat(result.status()).isNotZero();
        assertThat(Tool.schema(database)).isEqualTo(before);
    }

    @Test
    void whatCommitsInBetweenRefusesToBePartOfATransaction() throws Exception {
        String before = Tool.schema(database);
        for (List<String> transaction : List.of(List.of("-1"), List.of("-v", "AUTOCOMMIT=off"))) {
            Psql.Result result = Psql.run(database.owner(), "own-column.sql", transaction.toArray(new String[0]));
            assertThat(result.status()).isEqualTo(3);
            assertThat(result.err()).contains("run it without -1");
        }
        assertThat(Tool.schema(database)).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void quietMeansThatOnlyProgressIsTold(Solution solution) {
        Psql.Result apply =
                Psql.run(database.owner(), Psql.file(solution), "-q").requireSuccess();
        assertThat(apply.out()).isEmpty();
        switch (solution) {
            case THROUGH_USERS -> assertThat(apply.err()).isEmpty();
            case OWN_COLUMN ->
                assertThat(apply.err())
                        .matches("psql:[^ ]*own-column.sql:\\d+: INFO:  filled 100 % of table public.user_sessions\n");
        }
        Psql.Result undo =
                Psql.run(database.owner(), Psql.undoFile(solution), "-q").requireSuccess();
        assertThat(undo.out() + undo.err()).isEmpty();
    }

    @Test
    void indexesAreForTheColumnsThatThereAre() throws Exception {
        String indexes = """
                select string_agg(indexname, ' ' order by indexname collate "C")
                from pg_indexes where indexname like 'user\\_sessions\\_%' and indexname not like '%pkey'""";
        Psql.run(database.owner(), "own-column.sql").requireSuccess();
        assertThat(database.catalog(indexes))
                .isEqualTo("user_sessions_expires_idx user_sessions_organization_idx"
                        + " user_sessions_user_organization_idx user_sessions_users_key");
        Psql.run(database.owner(), "own-column-undo.sql").requireSuccess();

        database.asOwner("alter table user_sessions add created_at timestamptz not null default now()");
        Psql.run(database.owner(), "own-column.sql", "-v", "session_expires_column=valid_until")
                .requireSuccess();
        assertThat(database.catalog(indexes))
                .isEqualTo("user_sessions_organization_newest_idx user_sessions_user_organization_idx"
                        + " user_sessions_users_key");
    }

    @ParameterizedTest
    @EnumSource
    void anyNameWillDo(Solution solution) throws Exception {
        database.asOwner("""
                create schema "Odd ""s"" schema";
                alter table user_sessions set schema "Odd ""s"" schema";
                alter table "Odd ""s"" schema".user_sessions rename to "User's Sessions";
                alter table "Odd ""s"" schema"."User's Sessions" rename user_id to "User \\ Id";
                create schema people;
                alter table users set schema people;
                alter table people.users rename to "Users";
                alter table people."Users" rename id to "User Id";
                alter table people."Users" rename organization_id to ":Org";
                """);
        database.asOwner("grant usage on schema people, \"Odd \"\"s\"\" schema\" to "
                + database.application().getUser());
        String before = Tool.schema(database);
        String[] names = {
            "-v", "sessions_schema=Odd \"s\" schema",
            "-v", "sessions_table=User's Sessions",
            "-v", "session_user_column=User \\ Id",
            "-v", "session_organization_column=Our Org",
            "-v", "users_schema=people",
            "-v", "users_table=Users",
            "-v", "users_id_column=User Id",
            "-v", "users_organization_column=:Org",
            "-v", "organization_setting=My.org",
            "-v", "user_setting=My.usr"
        };
        Psql.run(database.owner(), Psql.file(solution), names).requireSuccess();
        database.asAdministrator(
                "grant authenticated to " + database.application().getUser());

        try (TenantDataSource bound = TenantDataSource.builder(database.application())
                        .organizationSetting("My.org")
                        .userSetting("My.usr")
                        .build();
                TenantContext.Scope scope = TenantContext.open(GLOBEX);
                Connection connection = bound.getConnection()) {
            assertThat(ReviewedDatabase.first(
                            connection,
                            "select string_agg(session_token, ' ' order by session_token)"
                                    + " from \"Odd \"\"s\"\" schema\".\"User's Sessions\""))
                    .isEqualTo("carol-laptop carol-old");
        }

        Psql.run(database.owner(), Psql.undoFile(solution), names).requireSuccess();
        assertThat(Tool.schema(database)).isEqualTo(before);
    }

    @Test
    void ourOwnObjectsAreCalledAsJavaCallsThem() throws Exception {
        database.asOwner("alter table user_sessions rename to \"" + LONG_NAME + "\"");
        String before = Tool.schema(database);
        Psql.run(database.owner(), "own-column.sql", "-v", "sessions_table=" + LONG_NAME)
                .requireSuccess();
        String after = Tool.schema(database);

        var java = Solution.OWN_COLUMN.policies().sessionsTable(LONG_NAME);
        java.undo(database.owner());
        assertThat(Tool.schema(database)).isEqualTo(before);
        java.apply(database.owner());
        assertThat(after).isEqualTo(Tool.schema(database));
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLeftAfterUndo(Solution solution) throws SQLException {
        String before = dump();
        Psql.run(database.owner(), Psql.file(solution)).requireSuccess();
        assertThat(dump()).isNotEqualTo(before);
        Psql.run(database.owner(), Psql.undoFile(solution)).requireSuccess();
        assertThat(dump()).isEqualTo(before);
    }

    /**
     * What pg_dump says, or, as it dumps no server newer than itself, the catalog. Newer ones put a password of their own,
     * another one each time, on lines that begin with restrict.
     */
    private String dump() throws SQLException {
        if (major(database.catalog("show server_version")) > major(version())) {
            return Tool.schema(database);
        }
        return Psql.start(database.database().administrator(), "pg_dump", List.of("--schema-only"))
                .requireSuccess()
                .out()
                .replaceAll("(?m)^\\\\(un)?restrict .*\n", "");
    }

    private String version() {
        return Psql.start(database.owner(), "pg_dump", List.of("--version"))
                .requireSuccess()
                .out();
    }

    private static int major(String version) {
        return Pattern.compile("\\d+")
                .matcher(version)
                .results()
                .map(MatchResult::group)
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElseThrow();
    }
}
