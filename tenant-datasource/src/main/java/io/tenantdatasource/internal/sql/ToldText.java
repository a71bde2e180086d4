package io.tenantdatasource.internal.sql;

import java.util.BitSet;
import java.util.List;

/**
 * A text of several statements, some of which begin or end a transaction block, with a statement that tells at the start of
 * each block: for a pooler's session, which cannot be told. What would be no block of its own gets one.
 *
 * <p>What is put between two statements moves no position in an error: the extended protocol sends each by itself.
 */
public final class ToldText {

    private final String telling;
    private final List<String> clearing;
    private final StringBuilder sql = new StringBuilder();
    private final BitSet own = new BitSet();
    private int statements;
    private boolean inBlock;
    private boolean blockIsOurs;
    private boolean mustTell;
    private boolean beginsBlocks;

    private ToldText(String telling, List<String> clearing) {
        this.telling = telling;
        this.clearing = clearing;
    }

    /**
     * Puts the statements in.
     *
     * @param text a text that has been read, and splits as it was
     * @param telling what tells a block, as one statement
     * @param clearing what is to run before a block is committed
     * @param inBlock whether it begins in a block
     * @param standardStrings how it was read
     * @return the text to be sent
     */
    public static ToldText of(
            SqlText text, String telling, List<String> clearing, boolean inBlock, boolean standardStrings) {
        ToldText told = new ToldText(telling, clearing);
        told.inBlock = inBlock;
        told.mustTell = true;
        told.read(text.sql(), new Lexer(text.sql(), standardStrings));
        if (told.blockIsOurs) {
            told.commitOurs();
        }
        return told;
    }

    private void read(String text, Lexer lexer) {
        boolean isLast = false;
        while (!isLast) {
            int start = lexer.position();
            StatementReader statement = new StatementReader(lexer);
            statement.read();
            isLast = statement.isLast();
            if (!statement.isEmpty()) {
                add(statement, text.substring(start, lexer.position()));
            }
        }
    }

    private void add(StatementReader statement, String text) {
        if (!inBlock && !statement.beginsBlock()) {
            addOurs("begin");
            inBlock = true;
            blockIsOurs = true;
            mustTell = true;
        }
        if (inBlock && mustTell && !statement.setsTransaction()) { // which has to come before any query
            addOurs(telling);
            mustTell = false;
        }
        if (statement.commits()) {
            clearing.forEach(this::addOurs);
        }
        own.set(statements++);
        sql.append(text);
        if (statement.isLast()) {
            sql.append("\n;"); // it may end with a comment
        }
        follow(statement);
    }

    /** Where a block is open afterwards in which what was told before does not hold, it is told again. */
    private void follow(StatementReader statement) {
        if (statement.beginsBlock()) {
            inBlock = true;
            blockIsOurs = false;
            beginsBlocks = true;
        }
        if (statement.beginsBlock() || statement.chains() || statement.rollsBackToSavepoint()) {
            mustTell = true;
        } else if (statement.endsBlock()) {
            inBlock = false;
            blockIsOurs = false;
        }
    }

    private void commitOurs() {
        clearing.forEach(this::addOurs);
        addOurs("commit");
    }

    private void addOurs(String statement) {
        sql.append(statement).append(';');
        statements++;
    }

    /** The text to be sent. */
    public String sql() {
        return sql.toString();
    }

    /** How many statements it has. */
    public int statements() {
        return statements;
    }

    /**
     * Whether a statement is the user's.
     *
     * @param index of the statement
     */
    public boolean isOwn(int index) {
        return own.get(index);
    }

    /** Whether the user's own statements begin a block, which is theirs to end if it fails. */
    public boolean beginsBlocks() {
        return beginsBlocks;
    }
}
