package io.tenantdatasource.test.wire;

import java.util.Locale;
import java.util.Set;

/** What the first word of a statement tells about it. */
final class FirstWord {

    /** They read or write rows, and fail in no way only because a query came right before them. */
    private static final Set<String> OF_DATA =
            Set.of("select", "insert", "update", "delete", "merge", "values", "with", "table");

    private static final Set<String> OF_TRANSACTIONS_AND_SESSIONS = Set.of(
            "",
            "begin",
            "start",
            "commit",
            "end",
            "rollback",
            "abort",
            "savepoint",
            "release",
            "prepare",
            "deallocate",
            "set",
            "reset",
            "show",
            "discard");

    private FirstWord() {}

    static boolean isOfData(String sql) {
        return OF_DATA.contains(of(sql));
    }

    /** Whether the statement is about the transaction or the session, or nothing but a sign of life. */
    static boolean isOfTransactionOrSession(String sql) {
        return OF_TRANSACTIONS_AND_SESSIONS.contains(of(sql));
    }

    private static String of(String sql) {
        int start = 0;
        for (int next = afterIgnored(sql, start); next > start; next = afterIgnored(sql, start)) {
            start = next;
        }
        int end = start;
        while (end < sql.length() && Character.isLetter(sql.charAt(end))) {
            end++;
        }
        return sql.substring(start, end).toLowerCase(Locale.ROOT);
    }

    /** Past one space, opening parenthesis or comment, if there is one. */
    private static int afterIgnored(String sql, int start) {
        if (start == sql.length()) {
            return start;
        }
        if (Character.isWhitespace(sql.charAt(start)) || sql.charAt(start) == '(') {
            return start + 1;
        }
        if (sql.startsWith("--", start)) {
            int end = sql.indexOf('\n', start);
            return end < 0 ? sql.length() : end + 1;
        }
        return sql.startsWith("/*", start) ? afterComment(sql, start) : start;
    }

    /** Comments nest. */
    private static int afterComment(String sql, int start) {
        int depth = 0;
        for (int i = start; i < sql.length() - 1; i++) {
            if (sql.startsWith("/*", i)) {
                depth++;
                i++;
            } else if (sql.startsWith("*/", i)) {
                depth--;
                i++;
            }
            if (depth == 0) {
                return i + 1;
            }
        }
        return sql.length();
    }
}
