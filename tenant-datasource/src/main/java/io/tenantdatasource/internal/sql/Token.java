package io.tenantdatasource.internal.sql;

/**
 * One token of a statement.
 *
 * @param kind what it is
 * @param text a word in lower case as the server folds it, or the character of a {@link Kind#SYMBOL}; empty for the rest
 */
record Token(Kind kind, String text) {

    enum Kind {
        /** A keyword or an unquoted name. */
        WORD,
        /** A quoted name, which is never a keyword. */
        QUOTED_NAME,
        /** A constant or a parameter. */
        VALUE,
        OPERATOR,
        /** A single character that stands for itself. */
        SYMBOL,
        /** Of which the reader cannot tell how the server reads it. */
        UNKNOWN
    }

    static final Token QUOTED_NAME = new Token(Kind.QUOTED_NAME, "");
    static final Token VALUE = new Token(Kind.VALUE, "");
    static final Token OPERATOR = new Token(Kind.OPERATOR, "");
    static final Token CAST = new Token(Kind.SYMBOL, "::");
    static final Token UNKNOWN = new Token(Kind.UNKNOWN, "");

    static Token symbol(char c) {
        return new Token(Kind.SYMBOL, String.valueOf(c));
    }

    static Token word(String text) {
        return new Token(Kind.WORD, text);
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equals(word);
    }

    boolean isSymbol(char c) {
        return kind == Kind.SYMBOL && text.length() == 1 && text.charAt(0) == c;
    }

    boolean isCast() {
        return kind == Kind.SYMBOL && text.length() == 2;
    }

    boolean isName() {
        return kind == Kind.WORD || kind == Kind.QUOTED_NAME;
    }
}
