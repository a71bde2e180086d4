package io.tenantdatasource.internal.sql;

import java.util.Set;

/** Reads a text once, statement by statement. */
final class SqlReader {

    private static final Set<String> ABOUT_ROWS =
            Set.of("select", "insert", "update", "delete", "merge", "values", "table", "with");

    private static final Set<String> WRITES = Set.of("insert", "update", "delete", "merge");

    /**
     * Statements that begin so are about the transaction alone (PostgreSQL's {@code TransactionStmt} in gram.y). PREPARE is
     * not among them: it may also prepare a statement.
     */
    private static final Set<String> TRANSACTION_CONTROL =
            Set.of("begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release");

    private final String sql;
    private final SqlDialect dialect;
    private final Lexer lexer;

    private int statements;
    private boolean allAboutRows = true;
    private boolean allControl = true;
    private boolean calls;
    private boolean staysInBlock = true;
    private boolean mayRollBack;
    private String only = "";

    private boolean splitsAsRead = true;
    private boolean changesRows;
    private boolean takesAway;
    private boolean goesOnAfterTaking;
    private Block block = Block.AS_IT_WAS;

    SqlReader(String sql, SqlDialect dialect) {
        this.sql = sql;
        this.dialect = dialect;
        this.lexer = new Lexer(sql, dialect.backslash());
    }

    SqlText read() {
        boolean returns = false;
        while (true) {
            StatementReader statement = new StatementReader(lexer, dialect.namesakes());
            if (!statement.read()) {
                return SqlText.unknown(sql);
            }
            boolean commented = lexer.passedComment();
            if (!statement.isEmpty()) {
                add(statement);
                returns |= statement.returns();
            } else {
                splitsAsRead &= !commented; // pgjdbc sends a comment before a semicolon as a statement
            }
            if (statement.isLast()) {
                return result(returns);
            }
        }
    }

    private void add(StatementReader statement) {
        String first = statement.firstWord();
        statements++;
        only = first;
        allControl &= statement.setsTransaction() || TRANSACTION_CONTROL.contains(first);
        goesOnAfterTaking |= takesAway && !asksNothing(first);
        block = statement.blockAfter(block);
        takesAway |= statement.takesAway();
        changesRows |= statement.changesRows();
        allAboutRows &= ABOUT_ROWS.contains(first) && !statement.createsTable() && !statement.setsByFunction();
        calls |= statement.calls();
        staysInBlock &= !statement.endsBlock();
        mayRollBack |= statement.rollsBack();
    }

    private static boolean asksNothing(String first) {
        return TRANSACTION_CONTROL.contains(first) || first.equals("set") || first.equals("reset");
    }

    private SqlText result(boolean returns) {
        boolean writes = statements == 1 && WRITES.contains(only) && !returns;
        return new SqlText(
                sql,
                effect(),
                statements,
                staysInBlock,
                mayRollBack,
                writes,
                changesRows,
                splitsAsRead,
                goesOnAfterTaking,
                block);
    }

    private Effect effect() {
        if (allControl) {
            return Effect.BOUNDARY;
        }
        if (!allAboutRows) {
            return Effect.UNKNOWN;
        }
        return calls ? Effect.CALLS : Effect.ROWS;
    }
}
