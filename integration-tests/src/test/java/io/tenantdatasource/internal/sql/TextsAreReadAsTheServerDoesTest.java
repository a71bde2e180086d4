package io.tenantdatasource.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.internal.sql.ServerParser.Parsed;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.core.Parser;

/**
 * Our reading of a text against the server's own parser, on random texts. The whole text goes into one Parse message, of which
 * the server says whether it holds one statement, several, or none that it understands. {@code -Dtexts.seed=…} repeats a run,
 * {@code -Dtexts=…} makes it longer.
 */
class TextsAreReadAsTheServerDoesTest {

    private static final int COUNT = Integer.getInteger("texts", 20_000);
    private static final long SEED = Long.getLong("texts.seed", 20_261_129);

    private static final List<String> STATEMENTS = List.of(
            "select 1",
            "select 'a' as b from t where x = 'c'",
            "select $$d$$, $q$e$q$",
            "insert into t (a) values (1) returning a",
            "with y as (select 1) update t set a = 1",
            "table t -- comment\n",
            "/* comment */ delete from t",
            "values (1, e'\\'', U&'d\\0061t')",
            "merge into t using s on true when matched then delete",
            "set a.b = 'c'",
            "rollback",
            " commit and chain ",
            "do $$ begin end $$");

    private static final List<String> FRAGMENTS = List.of(
            "select 1",
            "select 1",
            "select",
            "1",
            "a",
            "x",
            ";",
            ";",
            ";",
            "rollback",
            "commit",
            "begin",
            "insert into t values (1)",
            "--",
            "-- c\n",
            "-- c\r",
            "/*",
            "*/",
            "/* c */",
            "/* /* */",
            "\n",
            "\r",
            "\t",
            "\f",
            " ",
            " ",
            "\u00a0",
            "'",
            "'",
            "''",
            "'a'",
            "\"",
            "\"b\"",
            "\"\"",
            "$$",
            "$$",
            "$a$",
            "$a$",
            "$1",
            "$",
            "e'",
            "E'\\''",
            "U&'",
            "U&\"",
            "n'",
            "b'1'",
            "x'f'",
            "\\",
            "(",
            ")",
            "[",
            "]",
            "::int",
            ":",
            "+",
            "-",
            "*",
            "/",
            "<",
            "||",
            "?",
            "1.5e3",
            "0x1f",
            "1_000",
            ".",
            ",",
            "as",
            "from",
            "where",
            "into",
            "with y as (",
            "values (1)",
            "table t",
            "set",
            "reset",
            "do",
            "{",
            "}",
            "#",
            "@",
            "`",
            "%",
            "=");

    @AutoClose
    private static final TestDatabase DATABASE = TestDatabase.create();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneStatementIsOneAndSeveralAreSeveral(boolean standardStrings) throws SQLException, IOException {
        System.out.println("-Dtexts.seed=" + SEED + " -Dtexts=" + COUNT);
        Random random = new Random(SEED);
        int understood = 0;
        int several = 0;
        try (ServerParser server = new ServerParser(DATABASE, standardStrings)) {
            for (int i = 0; i < COUNT; i++) {
                String sql = text(random);
                Parsed parsed = server.parse(sql);
                compare(sql, SqlText.of(sql, new SqlDialect(Backslash.of(standardStrings), Set.of())), parsed);
                understood += parsed == Parsed.NOT_AT_ALL ? 0 : 1;
                several += parsed == Parsed.AS_SEVERAL ? 1 : 0;
            }
        }
        assertThat(understood).as("texts that the server understands").isGreaterThan(COUNT / 10);
        assertThat(several).as("of which hold several statements").isGreaterThan(COUNT / 50);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theDriverSplitsThemAsRead(boolean standardStrings) {
        Random random = new Random(SEED);
        int several = 0;
        for (int i = 0; i < COUNT; i++) {
            String sql = text(random);
            SqlText read = SqlText.of(sql, new SqlDialect(Backslash.of(standardStrings), Set.of()));
            if (read.statements() > 0 && read.splitsAsRead()) {
                assertThat(splitByTheDriver(sql, standardStrings))
                        .as("%s%nwas read as %s", sql, read)
                        .isEqualTo(read.statements());
                several += read.statements() > 1 ? 1 : 0;
            }
        }
        assertThat(several).as("texts of several statements").isGreaterThan(COUNT / 50);
    }

    /** The driver takes texts apart that it does not understand, too; those it refuses are not sent. */
    private static int splitByTheDriver(String sql, boolean standardStrings) {
        try {
            return Parser.parseJdbcSql(
                            Parser.replaceProcessing(sql, true, standardStrings),
                            standardStrings,
                            false,
                            true,
                            false,
                            true)
                    .size();
        } catch (SQLException e) {
            return SqlText.of(sql, new SqlDialect(Backslash.of(standardStrings), Set.of()))
                    .statements();
        }
    }

    /** Statements that are right, or none, with fragments anywhere in them. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(oneOf(STATEMENTS, random)).append(i > 1 ? ";" : "");
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            text.insert(random.nextInt(text.length() + 1), oneOf(FRAGMENTS, random));
        }
        return text.toString();
    }

    private static String oneOf(List<String> strings, Random random) {
        return strings.get(random.nextInt(strings.size()));
    }

    private static void compare(String sql, SqlText read, Parsed parsed) {
        boolean isCertain = read.effect() != Effect.UNKNOWN;
        if (parsed == Parsed.AS_SEVERAL) {
            assertThat(isCertain && read.statements() < 2)
                    .as("%s%nis several statements, and was read as %s", sql, read)
                    .isFalse();
        } else if (parsed == Parsed.AS_ONE) {
            assertThat(isCertain && read.statements() > 1)
                    .as("%s%nis one statement, and was read as %s", sql, read)
                    .isFalse();
        }
    }
}
