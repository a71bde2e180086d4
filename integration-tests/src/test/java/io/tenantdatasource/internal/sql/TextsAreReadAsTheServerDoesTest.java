package io.tenantdatasource.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Query;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.ResultHandlerBase;
import org.postgresql.util.PSQLException;

/**
 * Our reading of a text against the server's own parser, on random texts. The whole text goes into one Parse message, of which
 * the server says whether it holds one statement, several, or none that it understands. {@code -Dtexts.seed=…} repeats a run,
 * {@code -Dtexts=…} makes it longer.
 */
class TextsAreReadAsTheServerDoesTest {

    private static final int COUNT = Integer.getInteger("texts", 20_000);
    private static final long SEED = Long.getLong("texts.seed", 20_261_129);

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

    private enum Parsed {
        AS_ONE,
        AS_SEVERAL,
        NOT_AT_ALL
    }

    @Test
    void oneStatementIsOneAndSeveralAreSeveral() throws SQLException {
        System.out.println("-Dtexts.seed=" + SEED + " -Dtexts=" + COUNT);
        Random random = new Random(SEED);
        int[] understood = new int[2];
        try (Connection connection = DATABASE.administrator().getConnection()) {
            for (int i = 0; i < COUNT; i++) {
                String sql = text(random);
                Parsed parsed = parsedByTheServer((BaseConnection) connection, sql);
                compare(sql, SqlText.of(sql), parsed);
                understood[0] += parsed == Parsed.NOT_AT_ALL ? 0 : 1;
                understood[1] += parsed == Parsed.AS_SEVERAL ? 1 : 0;
            }
        }
        assertThat(understood[0]).as("texts that the server understands").isGreaterThan(COUNT / 100);
        assertThat(understood[1]).as("of which hold several statements").isGreaterThan(COUNT / 500);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "" : "select 1 ");
        int fragments = 1 + random.nextInt(8);
        for (int i = 0; i < fragments; i++) {
            text.append(FRAGMENTS.get(random.nextInt(FRAGMENTS.size())));
            text.append(random.nextBoolean() ? " " : "");
        }
        return text.toString();
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

    private static final class NoResults extends ResultHandlerBase {

        @Override
        public void handleWarning(SQLWarning warning) {
            // nothing is run
        }
    }

    /** Syntax errors have a position, and that of several statements has none: PostgreSQL's {@code exec_parse_message}. */
    private static Parsed parsedByTheServer(BaseConnection connection, String sql) throws SQLException {
        QueryExecutor executor = connection.getQueryExecutor();
        Query whole;
        try {
            whole = executor.createSimpleQuery(sql);
        } catch (IndexOutOfBoundsException e) {
            return Parsed.NOT_AT_ALL; // there is nothing in it, so the driver sends nothing
        }
        try {
            if (whole.getNativeSql().isBlank()) {
                return Parsed.NOT_AT_ALL;
            }
            executor.execute(
                    whole,
                    null,
                    new NoResults(),
                    0,
                    0,
                    QueryExecutor.QUERY_DESCRIBE_ONLY
                            | QueryExecutor.QUERY_ONESHOT
                            | QueryExecutor.QUERY_SUPPRESS_BEGIN);
            return Parsed.AS_ONE;
        } catch (IndexOutOfBoundsException e) {
            return Parsed.NOT_AT_ALL; // there is nothing in it, of which the driver makes no query
        } catch (PSQLException e) {
            if (!"42601".equals(e.getSQLState())) {
                return Parsed.AS_ONE; // it was understood, and names what is not there
            }
            return e.getServerErrorMessage() != null
                            && e.getServerErrorMessage().getPosition() == 0
                    ? Parsed.AS_SEVERAL
                    : Parsed.NOT_AT_ALL;
        } finally {
            whole.close();
        }
    }
}
