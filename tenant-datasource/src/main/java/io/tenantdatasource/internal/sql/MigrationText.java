package io.tenantdatasource.internal.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which tables' rows a file of SQL changes, and which roles it assumes, in the order of its text. DO blocks are read as well. What a
 * function does that the file creates or calls is not known, nor is what is put together while it runs.
 */
public final class MigrationText {

    /** What {@code CREATE} makes that holds statements which do not run now. */
    private static final Set<String> HOLDS_STATEMENTS = Set.of("function", "procedure", "rule", "trigger", "policy");

    /** Languages of DO blocks whose statements look like SQL's. */
    private static final Set<String> READABLE = Set.of("plpgsql", "sql");

    private final String sql;
    private final boolean isBody;
    private final List<Event> events = new ArrayList<>();

    /** Reads what is from base on. */
    private Lexer lexer;

    private int base;

    /** The line of the character at counted. */
    private int line;

    private int counted;

    private MigrationText(String sql, int firstLine, boolean isBody) {
        this.sql = sql;
        this.line = firstLine;
        this.isBody = isBody;
        this.lexer = new Lexer(sql, Backslash.CHARACTER);
    }

    /** What can happen in a file. */
    public enum Kind {
        /** Rows of a table are changed. */
        CHANGE,
        /** A role is assumed. */
        ASSUME,
        /** A role is assumed until the transaction ends. */
        ASSUME_LOCALLY,
        /** A transaction is committed. */
        COMMIT,
        /** Whoever connected is back, or may be. */
        RESET,
        /** Something that the text does not tell. */
        UNTOLD
    }

    /**
     * One thing that happens.
     *
     * @param kind what
     * @param words the statement's first word, or what cannot be told
     * @param schema of the table, as the catalogue has it; empty if the text names none
     * @param name of the table or the role, as the catalogue has it; empty if it is neither
     * @param line where, from 1
     */
    public record Event(Kind kind, String words, String schema, String name, int line) {}

    private record Located(Token token, String text, int line) {

        boolean is(String word) {
            return token.isWord(word);
        }
    }

    /**
     * Reads a file.
     *
     * @param sql its text
     * @return what happens in it
     */
    public static List<Event> read(String sql) {
        return read(sql, 1, false);
    }

    private static List<Event> read(String sql, int firstLine, boolean isBody) {
        MigrationText text = new MigrationText(sql, firstLine, isBody);
        text.read();
        return List.copyOf(text.events);
    }

    private void read() {
        for (List<Located> statement = next(); !statement.isEmpty(); statement = next()) {
            read(statement);
        }
    }

    /** Returns the next statement that is not empty, or an empty one at the end. */
    private List<Located> next() {
        List<Located> statement = new ArrayList<>();
        boolean isAtomic = false;
        for (Token token = lexer.next(); token != null; token = lexer.next()) {
            boolean endsStatement =
                    token.isSymbol(';') && !(isAtomic && !last(statement).is("end"));
            if (endsStatement && !statement.isEmpty()) {
                return statement;
            }
            if (!endsStatement) {
                isAtomic |= token.isWord("atomic")
                        && !statement.isEmpty()
                        && last(statement).is("begin");
                statement.add(located(token));
            }
        }
        return statement;
    }

    private Located located(Token token) {
        int start = base + lexer.start();
        line += (int)
                sql.substring(counted, start).chars().filter(c -> c == '\n').count();
        counted = start;
        return new Located(token, text(token, start, base + lexer.position()), line);
    }

    private static Located last(List<Located> statement) {
        return statement.get(statement.size() - 1);
    }

    private String text(Token token, int start, int end) {
        String raw = sql.substring(start, end);
        return switch (token.kind()) {
            case WORD -> token.text();
            case QUOTED_NAME -> raw.substring(1, Math.max(1, raw.length() - 1)).replace("\"\"", "\"");
            default -> raw;
        };
    }

    private void read(List<Located> statement) {
        statement.stream()
                .filter(part -> part.token().kind() == Token.Kind.UNKNOWN)
                .findFirst()
                .ifPresent(part -> add(Kind.UNTOLD, "cannot be read from here on", part.line()));
        Located first = statement.get(0);
        if (first.is("create")
                && statement.stream().limit(5).anyMatch(part -> HOLDS_STATEMENTS.contains(part.text()))) {
            return;
        }
        if (first.is("do") && !isBody) {
            readBlock(statement);
            return;
        }
        if (!isBody) {
            readEndOfTransaction(first);
        }
        for (int i = 0; i < statement.size(); i++) {
            readAt(statement, i);
        }
        if (first.is("copy") && statement.stream().anyMatch(part -> part.is("stdin"))) {
            passRows();
        }
    }

    private void readEndOfTransaction(Located first) {
        if (first.is("commit") || first.is("end")) {
            add(Kind.COMMIT, first.text(), first.line());
        } else if (first.is("rollback") || first.is("abort") || first.is("discard")) {
            add(Kind.RESET, first.text(), first.line());
        }
    }

    private void readAt(List<Located> statement, int i) {
        Located word = statement.get(i);
        if (word.token().kind() != Token.Kind.WORD) {
            return;
        }
        switch (word.text()) {
            case "set", "reset" -> readRole(statement, i);
            case "insert", "merge" -> readChange(word, statement, after(statement, i, "into"));
            case "delete" -> readChange(word, statement, after(statement, i, "from"));
            case "update" -> readChange(word, statement, i + 1);
            case "copy" -> readCopy(statement, i);
            case "execute" -> {
                if (isBody) {
                    add(Kind.UNTOLD, "a statement that is put together while it runs", word.line());
                }
            }
            case "set_config" -> {
                if (i + 2 < statement.size()
                        && statement.get(i + 2).text().toLowerCase(Locale.ROOT).contains("role")) {
                    add(Kind.UNTOLD, "a role that set_config assumes", word.line());
                }
            }
            default -> {}
        }
    }

    /** Where the word after that one is, or nowhere. */
    private static int after(List<Located> statement, int i, String word) {
        return isAt(statement, i + 1, word) ? i + 2 : statement.size();
    }

    private static boolean isAt(List<Located> statement, int i, String word) {
        return i < statement.size() && statement.get(i).is(word);
    }

    /** {@code update … set role = …} sets a column. */
    private void readRole(List<Located> statement, int i) {
        Located word = statement.get(i);
        boolean isLocal = isAt(statement, i + 1, "local");
        int role = isLocal || isAt(statement, i + 1, "session") ? i + 2 : i + 1;
        if (isAt(statement, role, "authorization")) {
            add(Kind.UNTOLD, "another session user", word.line());
            return;
        }
        if (!isAt(statement, role, "role")) {
            return;
        }
        if (word.is("reset") || isAt(statement, role + 1, "none")) {
            add(Kind.RESET, "reset role", word.line());
            return;
        }
        int name = isAt(statement, role + 1, "to") ? role + 2 : role + 1;
        if (name == statement.size() - 1) {
            String assumed = statement.get(name).text().replaceAll("^'|'$", "");
            events.add(new Event(isLocal ? Kind.ASSUME_LOCALLY : Kind.ASSUME, "set role", "", assumed, word.line()));
        }
    }

    private void readCopy(List<Located> statement, int i) {
        int from = i + 1;
        while (from < statement.size()
                && !statement.get(from).is("from")
                && !statement.get(from).is("to")) {
            from++;
        }
        if (isAt(statement, from, "from")) {
            readChange(statement.get(i), statement, i + 1);
        }
    }

    private void readChange(Located word, List<Located> statement, int at) {
        int first = isAt(statement, at, "only") ? at + 1 : at;
        List<String> parts = new ArrayList<>();
        for (int i = first; i < statement.size() && statement.get(i).token().isName(); i += 2) {
            parts.add(statement.get(i).text());
            if (i + 1 >= statement.size() || !statement.get(i + 1).token().isSymbol('.')) {
                break;
            }
        }
        if (!parts.isEmpty()) {
            String schema = parts.size() > 1 ? parts.get(parts.size() - 2) : "";
            events.add(new Event(Kind.CHANGE, word.text(), schema, parts.get(parts.size() - 1), word.line()));
        }
    }

    /** The rows that follow are no SQL. */
    private void passRows() {
        int end = sql.indexOf("\n\\.", base + lexer.position());
        if (end >= 0) {
            base = end + 3;
            lexer = new Lexer(sql.substring(base), Backslash.CHARACTER);
        }
    }

    private void readBlock(List<Located> statement) {
        Located body = statement.stream()
                .filter(part -> part.text().startsWith("$"))
                .findFirst()
                .orElse(statement.get(0));
        if (!isReadable(statement) || !body.text().startsWith("$")) {
            add(Kind.UNTOLD, "a block that is not in PL/pgSQL between dollar signs", body.line());
            return;
        }
        int tag = body.text().indexOf('$', 1) + 1;
        events.addAll(read(body.text().substring(tag, body.text().length() - tag), body.line(), true));
    }

    /** Whether the language is one of those, or none is named. */
    private static boolean isReadable(List<Located> statement) {
        for (int i = 0; i + 1 < statement.size(); i++) {
            if (statement.get(i).is("language")) {
                return READABLE.contains(statement.get(i + 1).text());
            }
        }
        return true;
    }

    private void add(Kind kind, String words, int line) {
        events.add(new Event(kind, words, "", "", line));
    }
}
