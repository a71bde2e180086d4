package io.tenantdatasource.internal.sql;

/**
 * Takes a text apart as the server does (PostgreSQL's {@code src/backend/parser/scan.l}), or says that it cannot tell.
 *
 * <p>Where the server's reading depends on a setting or a version, the token is {@link Token#UNKNOWN}: a backslash in a plain
 * constant unless it is known what it is, a vertical tab (white space since PostgreSQL 16), and whatever has no end. JDBC's escapes, in braces, are read as they
 * stand: what a driver makes of one has no semicolon.
 */
final class Lexer {

    private static final char END = '\0';

    private final String sql;

    private final Backslash backslash;

    private int at;
    private int start;
    private boolean sawComment;

    Lexer(String sql, Backslash backslash) {
        this.sql = sql;
        this.backslash = backslash;
    }

    /** Whether a comment has been passed since the last call. */
    boolean passedComment() {
        boolean passed = sawComment;
        sawComment = false;
        return passed;
    }

    /** Where the next token is looked for. */
    int position() {
        return at;
    }

    /** Where the last token began. */
    int start() {
        return start;
    }

    /** Returns the next token, or null at the end. */
    Token next() {
        boolean comprehensible = skipSpaceAndComments();
        start = at;
        if (!comprehensible) {
            return Token.UNKNOWN;
        }
        if (at >= sql.length()) {
            return null;
        }
        char c = sql.charAt(at);
        if (c == '\'') {
            return constant(backslash);
        }
        if (c == '"') {
            return quotedName();
        }
        if (c == '$') {
            return afterDollar();
        }
        if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
            return number();
        }
        if (isNameStart(c)) {
            return word();
        }
        if (isOperator(c)) {
            return operator();
        }
        if (c == ':' && peek(1) == ':') {
            at += 2;
            return Token.CAST;
        }
        at++;
        return ",()[]{};:.".indexOf(c) >= 0 ? Token.symbol(c) : Token.UNKNOWN;
    }

    /** Returns false if a comment has no end. */
    private boolean skipSpaceAndComments() {
        while (at < sql.length()) {
            if (isSpace(sql.charAt(at))) {
                at++;
            } else if (startsComment(at)) {
                sawComment = true;
                if (!skipComment()) {
                    return false;
                }
            } else {
                return true;
            }
        }
        return true;
    }

    private boolean startsComment(int i) {
        return sql.startsWith("--", i) || sql.startsWith("/*", i);
    }

    private boolean skipComment() {
        if (sql.charAt(at) == '-') {
            while (at < sql.length() && sql.charAt(at) != '\n' && sql.charAt(at) != '\r') {
                at++;
            }
            return true;
        }
        int depth = 0; // PostgreSQL's block comments nest
        while (at < sql.length()) {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
                if (depth == 0) {
                    return true;
                }
            } else {
                at++;
            }
        }
        return false;
    }

    /** At a quote. A doubled quote is one of the text: to the reader it makes no difference from two constants. */
    private Token constant(Backslash meaning) {
        boolean sawBackslash = false;
        for (at++; at < sql.length(); at++) {
            char c = sql.charAt(at);
            if (c == '\'') {
                at++;
                return sawBackslash && meaning == Backslash.UNKNOWN ? Token.UNKNOWN : Token.VALUE;
            }
            if (c == '\\') {
                sawBackslash = true;
                if (meaning == Backslash.ESCAPE) {
                    at++;
                }
            }
        }
        return Token.UNKNOWN;
    }

    /**
     * Another constant after a line's end is the same one to the server, and is read as that was ({@code quotecontinue}); to a
     * driver it is one of its own.
     */
    private Token alone(Token constant) {
        return !skipSpaceAndComments() || peek(0) == '\'' ? Token.UNKNOWN : constant;
    }

    /** To the server, backslashes escape no quote there; to a driver they may where they do elsewhere. */
    private Token constantWithoutEscapes() {
        return constant(backslash == Backslash.CHARACTER ? backslash : Backslash.UNKNOWN);
    }

    private Token quotedName() {
        for (at++; at < sql.length(); at++) {
            if (sql.charAt(at) == '"') {
                if (peek(1) != '"') {
                    at++;
                    return Token.QUOTED_NAME;
                }
                at++;
            }
        }
        return Token.UNKNOWN;
    }

    private Token afterDollar() {
        if (isDigit(peek(1))) {
            at++;
            return number();
        }
        int end = at + 1;
        if (end < sql.length() && isTagStart(sql.charAt(end))) {
            while (end < sql.length() && (isTagStart(sql.charAt(end)) || isDigit(sql.charAt(end)))) {
                end++;
            }
        }
        if (end >= sql.length() || sql.charAt(end) != '$') {
            at++;
            return Token.UNKNOWN;
        }
        String tag = sql.substring(at, end + 1);
        int close = sql.indexOf(tag, end + 1);
        at = close < 0 ? sql.length() : close + tag.length();
        return close < 0 ? Token.UNKNOWN : Token.VALUE;
    }

    /** Digits, with what can be among them; whether they make a number is the server's to say. */
    private Token number() {
        while (at < sql.length()) {
            char c = sql.charAt(at);
            boolean isSign = (c == '+' || c == '-') && (sql.charAt(at - 1) | 0x20) == 'e';
            if (isDigit(c) || (c == '.' && peek(1) != '.') || ((c | 0x20) == 'e' && startsExponent()) || isSign) {
                at++;
            } else {
                break;
            }
        }
        while (at < sql.length() && isNamePart(sql.charAt(at))) {
            at++; // 0x1F and 1_000 are numbers since PostgreSQL 16, and errors or two tokens before: no end of a
            // statement
        }
        return Token.VALUE;
    }

    private boolean startsExponent() {
        char next = peek(1);
        return isDigit(next) || ((next == '+' || next == '-') && isDigit(peek(2)));
    }

    /** Right after a constant pgjdbc takes the letter for a part of something else, where the server takes it for the prefix. */
    private boolean startsAfterBreak(int start) {
        return start == 0
                || isSpace(sql.charAt(start - 1))
                || "\",()[].;:+-*/%^<>=~!@#&|`?".indexOf(sql.charAt(start - 1)) >= 0;
    }

    /** A name, or the letter before a constant: that wins only where the letter is a whole word. */
    private Token word() {
        int start = at;
        while (at < sql.length() && isNamePart(sql.charAt(at))) {
            at++;
        }
        char next = at < sql.length() ? sql.charAt(at) : END;
        if (at - start == 1 && next == '\'') {
            char letter = (char) (sql.charAt(start) | 0x20);
            if (letter == 'e') {
                return startsAfterBreak(start) ? alone(constant(Backslash.ESCAPE)) : Token.UNKNOWN;
            }
            if (letter == 'n') {
                return constant(backslash);
            }
            if (letter == 'b' || letter == 'x') {
                return alone(constantWithoutEscapes());
            }
        }
        if (at - start == 1 && (sql.charAt(start) | 0x20) == 'u' && next == '&') {
            if (peek(1) == '\'' || peek(1) == '"') {
                at++;
                return peek(0) == '"' ? quotedName() : alone(constantWithoutEscapes());
            }
        }
        return Token.word(folded(sql.substring(start, at)));
    }

    /** Operators end where a comment starts within them. */
    private Token operator() {
        while (at < sql.length() && isOperator(sql.charAt(at)) && !startsComment(at)) {
            at++;
        }
        return Token.OPERATOR;
    }

    private char peek(int offset) {
        return at + offset < sql.length() ? sql.charAt(at + offset) : END;
    }

    /** ASCII letters alone: a keyword has no others, and of other names the case is of no interest. */
    private static String folded(String word) {
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return foldAll(word);
            }
        }
        return word;
    }

    private static String foldAll(String word) {
        char[] chars = word.toCharArray();
        for (int i = 0; i < chars.length; i++) {
            if (chars[i] >= 'A' && chars[i] <= 'Z') {
                chars[i] = (char) (chars[i] | 0x20);
            }
        }
        return new String(chars);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isOperator(char c) {
        return "~!@#^&|`?+-*/%<>=".indexOf(c) >= 0;
    }

    /** To the server, all that is not ASCII belongs to a name: also what looks like a space. */
    private static boolean isTagStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    }

    private static boolean isNameStart(char c) {
        return isTagStart(c);
    }

    private static boolean isNamePart(char c) {
        return isTagStart(c) || isDigit(c) || c == '$';
    }
}
