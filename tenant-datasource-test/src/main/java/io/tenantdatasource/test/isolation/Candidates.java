package io.tenantdatasource.test.isolation;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Values that a column may take, the likeliest first: by its type, then what the texts of its checks name, then what people
 * often ask of a text.
 */
final class Candidates {

    private static final Pattern QUOTED = Pattern.compile("'((?:[^']|'')*+)'");
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w'.])-?\\d+(?:\\.\\d+)?(?![\\w'.])");
    private static final int LONGEST_TEXT = 1000;

    /** Of types that this class knows nothing of. */
    private static final List<String> OF_ANY_TYPE = List.of(
            "0",
            "1",
            "a",
            "",
            "{}",
            "[]",
            "()",
            "(0,0)",
            "((0,0),(1,1))",
            "2026-01-01",
            "a=>b",
            "<a/>",
            "empty",
            "0/0");

    private final Session session;

    Candidates(Session session) {
        this.session = session;
    }

    /**
     * Finds them.
     *
     * @param number another one for each row, so that unique columns differ
     * @param checks the texts of the checks that read the column
     * @return valid texts of its type; at most a few dozen
     */
    List<String> of(Column column, int number, List<String> checks) throws SQLException {
        List<String> texts = Stream.of(ofType(column, number).stream(), named(checks, column), OF_ANY_TYPE.stream())
                .flatMap(s -> s)
                .distinct()
                .toList();
        return session.query(
                "select value from unnest(?::text[]) with ordinality as c (value, position)"
                        + " where pg_temp.is_value(value, ?) order by position",
                statement -> {
                    statement.setArray(1, session.texts(texts));
                    statement.setString(2, column.type());
                },
                row -> row.getString(1));
    }

    private static List<String> ofType(Column column, int number) {
        if (!column.labels().isEmpty()) {
            List<String> rotated = new ArrayList<>(column.labels());
            Collections.rotate(rotated, -number);
            return rotated;
        }
        return switch (column.category()) {
            case "N" -> numbers(column, number);
            case "S" -> texts(column, number);
            case "D" -> dates(number);
            case "B" -> List.of("true", "false");
            case "T" -> List.of(number + " minutes");
            case "I" -> List.of("10." + number / 65536 % 256 + "." + number / 256 % 256 + "." + number % 256);
            case "V" -> List.of("1".repeat(declaredLength(column, 1)));
            case "A" -> List.of("{}", "{1}", "{a}", "{" + uuid(column, number) + "}", "{2026-01-01}");
            case "R" ->
                List.of(
                        "[" + number + "," + (number + 1) + ")",
                        "[" + date(number) + "," + date(number + 1) + ")",
                        "empty",
                        "0/0");
            default -> ofOtherType(column, number);
        };
    }

    private static List<String> ofOtherType(Column column, int number) {
        return switch (column.baseName()) {
            case "uuid" -> List.of(uuid(column, number));
            case "json", "jsonb" -> List.of("{}", "[]", "{\"number\": " + number + "}");
            case "bytea" ->
                Stream.of(32, 16, 20, 64, 12)
                        .map(length -> "\\x" + hex(number, 2 * length))
                        .toList();
            case "macaddr" -> List.of("02:00:00:" + hex(number, 6).replaceAll("(..)(?=.)", "$1:"));
            default -> List.of();
        };
    }

    /** Above what sequences and people have given out, and within a smallint where it is one. */
    private static List<String> numbers(Column column, int number) {
        List<Long> candidates = column.baseName().equals("int2")
                ? List.of(20_000L + number, 1L + number, 1L, 0L)
                : List.of(1_000_000L + number, 1L + number, 1L, 0L);
        return Stream.concat(candidates.stream().map(String::valueOf), Stream.of("0.5", "0.0" + number))
                .toList();
    }

    private static List<String> texts(Column column, int number) {
        String start = Integer.toString(number, 36);
        int length = declaredLength(column, LONGEST_TEXT);
        return Stream.of(
                        "t" + start,
                        "t-" + start + "@example.com",
                        "https://example.com/" + start,
                        "T" + start.toUpperCase(java.util.Locale.ROOT),
                        Integer.toString(number),
                        "+49" + (1_000_000_000L + number),
                        hex(number, 64),
                        hex(number, 40),
                        hex(number, 32),
                        "10.0.0." + number % 256,
                        uuid(column, number),
                        "DE",
                        "de",
                        "EUR",
                        "de-DE",
                        "12:00",
                        "2026-01-01",
                        "a".repeat(Math.max(1, length - start.length())) + start)
                .filter(text -> text.length() <= length)
                .toList();
    }

    private static List<String> dates(int number) {
        return List.of(date(number), "2000-01-01", "2999-01-01", date(number + 1), number % 24 + ":00");
    }

    private static String date(int number) {
        return java.time.LocalDate.of(2026, 1, 1).plusDays(number).toString();
    }

    private static String uuid(Column column, int number) {
        return UUID.nameUUIDFromBytes(("row " + number + " " + column.name()).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private static String hex(int number, int length) {
        String digits = Integer.toHexString(number);
        return "0".repeat(Math.max(0, length - digits.length())) + digits;
    }

    /** Of {@code varchar(20)} or {@code bit(8)}. */
    private static int declaredLength(Column column, int otherwise) {
        Matcher length = Pattern.compile("\\((\\d+)\\)").matcher(column.baseType());
        return length.find() ? Integer.parseInt(length.group(1)) : otherwise;
    }

    private static Stream<String> named(List<String> checks, Column column) {
        return checks.stream().flatMap(check -> Stream.concat(quoted(check), numbered(check, column)));
    }

    private static Stream<String> quoted(String check) {
        return QUOTED.matcher(check).results().map(match -> match.group(1).replace("''", "'"));
    }

    /** The number, its neighbours, and a text as long as that. */
    private static Stream<String> numbered(String check, Column column) {
        return NUMBER.matcher(check)
                .results()
                .map(match -> new java.math.BigDecimal(match.group()))
                .flatMap(number -> column.category().equals("S")
                        ? asLongAs(number.intValue())
                        : IntStream.of(0, 1, -1)
                                .mapToObj(step -> number.add(java.math.BigDecimal.valueOf(step))
                                        .toPlainString()));
    }

    private static Stream<String> asLongAs(int length) {
        return length > 0 && length <= LONGEST_TEXT
                ? Stream.of("a".repeat(length), "1".repeat(length), "A".repeat(length))
                : Stream.empty();
    }
}
