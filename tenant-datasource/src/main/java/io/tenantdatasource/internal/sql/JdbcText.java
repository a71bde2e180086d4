package io.tenantdatasource.internal.sql;

/** How SQL that the server has written is written for JDBC, to which a question mark outside of quotes stands for a parameter. */
public final class JdbcText {

    private JdbcText() {}

    /**
     * Doubles the question marks of operators such as {@code jsonb ? text}, which pgjdbc takes for one each.
     *
     * @param expression an expression without parameters, as {@code pg_get_expr} writes it: a constant with a backslash says so by an E
     * @return the same, for a prepared statement
     */
    public static String withoutParameters(String expression) {
        Lexer lexer = new Lexer(expression, Backslash.CHARACTER);
        StringBuilder text = new StringBuilder();
        int written = 0;
        for (Token token = lexer.next(); token != null && token.kind() != Token.Kind.UNKNOWN; token = lexer.next()) {
            text.append(expression, written, lexer.start());
            String itself = expression.substring(lexer.start(), lexer.position());
            text.append(token.kind() == Token.Kind.OPERATOR ? itself.replace("?", "??") : itself);
            written = lexer.position();
        }
        return text.append(expression.substring(written)).toString();
    }
}
