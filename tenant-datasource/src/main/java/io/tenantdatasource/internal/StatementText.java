package io.tenantdatasource.internal;

import java.util.Locale;
import java.util.Set;

/**
 * What the first word of an SQL statement tells about it.
 *
 * @param sql the statement, or several
 * @param keyword its first word in lower case; empty if it starts with something else
 */
public record StatementText(String sql, String keyword) {

    /** They end a transaction, or begin the next, or take settings back. */
    private static final Set<String> UNDO_SETTINGS =
            Set.of("commit", "end", "rollback", "abort", "prepare", "reset", "discard");

    /**
     * They read no row and evaluate no expression, so no policy is asked. A query before them would spoil what they are
     * for: {@code SET TRANSACTION} has to come before any query, {@code LOCK} before the snapshot is taken.
     */
    private static final Set<String> ASK_NO_POLICY = Set.of(
            "begin",
            "start",
            "savepoint",
            "release",
            "set",
            "lock",
            "deallocate",
            "close",
            "listen",
            "unlisten",
            "notify",
            "checkpoint",
            "load");

    private static final Set<String> MAY_COMMIT_INSIDE = Set.of("call", "do");

    /**
     * Looks at a statement.
     *
     * @param sql the statement, or several
     * @return what its first word tells
     */
    public static StatementText of(String sql) {
        int start = startOfFirstWord(sql);
        int end = start;
        while (end < sql.length() && Character.isLetter(sql.charAt(end))) {
            end++;
        }
        return new StatementText(sql, sql.substring(start, end).toLowerCase(Locale.ROOT));
    }

    /** Whether the server has forgotten what was local to the transaction, once it has run. */
    public boolean undoesSettings() {
        return UNDO_SETTINGS.contains(keyword);
    }

    /** Whether it can run before the server knows the tenant. */
    public boolean asksNoPolicy() {
        return ASK_NO_POLICY.contains(keyword) || undoesSettings() || isEmpty();
    }

    private boolean isEmpty() {
        return keyword.isEmpty() && startOfFirstWord(sql) == sql.length();
    }

    /** Whether it has to come before any query of its transaction, or before the snapshot that a query takes. */
    public boolean comesBeforeQueries() {
        boolean configures = keyword.equals("set") || keyword.equals("begin") || keyword.equals("start");
        return keyword.equals("lock")
                || (configures && (mentions("isolation") || mentions("deferrable") || mentions("snapshot")));
    }

    /** Whether it can run code that ends its transaction and goes on in the next. */
    public boolean mayCommitInside() {
        return MAY_COMMIT_INSIDE.contains(keyword);
    }

    /** Whether it opens a cursor that ends with its transaction, which makes no sense in one of its own. */
    public boolean opensCursorOfTheTransaction() {
        return keyword.equals("declare") && !mentions("hold");
    }

    /** Whether it writes rows, and returns none unless it says so. */
    public boolean writes() {
        return keyword.equals("insert")
                || keyword.equals("update")
                || keyword.equals("delete")
                || keyword.equals("merge");
    }

    /** Whether there may be more than one statement in it: something follows a semicolon. */
    public boolean mayBeSeveral() {
        int semicolon = sql.indexOf(';');
        return semicolon >= 0 && !sql.substring(semicolon + 1).isBlank();
    }

    /** How many statements there are at most. */
    public long statementsAtMost() {
        return 1 + sql.chars().filter(c -> c == ';').count();
    }

    /** Whether it holds a word of ASCII characters, in any case. Each statement is asked, so most characters get one look. */
    public boolean mentions(String word) {
        int first = withoutCase(word.charAt(0));
        for (int i = sql.length() - word.length(); i >= 0; i--) {
            if (withoutCase(sql.charAt(i)) == first && sql.regionMatches(true, i, word, 0, word.length())) {
                return true;
            }
        }
        return false;
    }

    /** The two cases of an ASCII letter differ in this bit; a few other characters become alike, which does no harm. */
    private static int withoutCase(char c) {
        return c | 0x20;
    }

    /** Past white space, comments, and the parentheses around a query. */
    private static int startOfFirstWord(String sql) {
        int i = 0;
        while (i < sql.length()) {
            int next = afterIgnored(sql, i);
            if (next == i) {
                return i;
            }
            i = next;
        }
        return i;
    }

    private static int afterIgnored(String sql, int i) {
        char c = sql.charAt(i);
        if (Character.isWhitespace(c) || c == '(' || c == ';') {
            return i + 1;
        }
        if (sql.startsWith("--", i)) {
            int lineEnd = sql.indexOf('\n', i);
            return lineEnd < 0 ? sql.length() : lineEnd + 1;
        }
        return sql.startsWith("/*", i) ? afterBlockComment(sql, i) : i;
    }

    /** PostgreSQL's block comments nest. */
    private static int afterBlockComment(String sql, int start) {
        int depth = 0;
        int i = start;
        do {
            if (sql.startsWith("/*", i)) {
                depth++;
                i += 2;
            } else if (sql.startsWith("*/", i)) {
                depth--;
                i += 2;
            } else {
                i++;
            }
        } while (depth > 0 && i < sql.length());
        return i;
    }
}
