package io.tenantdatasource.internal.sql;

import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * A text of several statements, some of which begin or end a transaction block, with what tells at the start of each block:
 * for a pooler's session, which cannot be told. What would be no block of its own gets one.
 *
 * <p>What is put between two statements moves no position in an error: the extended protocol sends each by itself.
 */
public final class ToldText {

    private static final String SAVEPOINT = "\"tenant-datasource\"";

    /** Goes well only in a block of ours, also if that has failed. */
    public static final String BACK_TO_OUR_SAVEPOINT = "rollback to savepoint " + SAVEPOINT;

    /**
     * What is put around the statements; nothing of it takes a snapshot, as SET TRANSACTION and LOCK may follow.
     *
     * @param telling tells a block
     * @param clearing takes away what may have been left, once no block is open any more
     */
    public record Around(List<String> telling, List<String> clearing) {}

    /** Where the text begins. */
    public enum Start {
        /** In a block of the user's. */
        IN_BLOCK,
        /** In one that was told. */
        IN_TOLD_BLOCK,
        /** In one that only keeps a pooler's session, and is to be ended first. */
        IN_BLOCK_OF_OURS
    }

    private final Around around;
    private final StringBuilder sql = new StringBuilder();
    private final BitSet own = new BitSet();
    private int statements;
    private boolean inBlock;
    private boolean blockIsOurs;

    /** What is to be put before the next statement in a block. */
    private List<String> telling;

    private ToldText(Around around, Start start) {
        this.around = around;
        this.inBlock = start != Start.IN_BLOCK_OF_OURS;
        this.telling = start == Start.IN_BLOCK ? around.telling() : List.of();
        if (start == Start.IN_BLOCK_OF_OURS) {
            addOurs("commit");
        }
    }

    /**
     * Puts the statements in.
     *
     * @param text a text that has been read, and splits as it was
     * @param around what is put around them
     * @param start where it begins
     * @param backslash how it was read
     * @return the text to be sent
     */
    public static ToldText of(SqlText text, Around around, Start start, Backslash backslash) {
        ToldText told = new ToldText(around, start);
        told.read(text.sql(), new Lexer(text.sql(), backslash));
        told.end();
        return told;
    }

    private void read(String text, Lexer lexer) {
        boolean isLast = false;
        while (!isLast) {
            int start = lexer.position();
            StatementReader statement = new StatementReader(lexer, Set.of());
            statement.read();
            isLast = statement.isLast();
            if (!statement.isEmpty()) {
                add(statement, text.substring(start, lexer.position()));
            }
        }
    }

    private void add(StatementReader statement, String text) {
        if (blockIsOurs && statement.beginsBlock()) {
            addOurs("release savepoint " + SAVEPOINT); // it goes on as theirs
            blockIsOurs = false;
        } else if (!inBlock && !statement.beginsBlock() && !statement.setsTransaction()) {
            addOurs("begin");
            addOurs("savepoint " + SAVEPOINT);
            inBlock = true;
            blockIsOurs = true;
            telling = around.telling();
        }
        if (inBlock) {
            telling.forEach(this::addOurs);
            telling = List.of();
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
        if (statement.beginsBlock() || statement.chains() || statement.rollsBackToSavepoint()) {
            inBlock = true;
            telling = around.telling();
        } else if (statement.endsBlock()) {
            inBlock = false;
            blockIsOurs = false;
        }
    }

    private void end() {
        if (blockIsOurs) {
            addOurs("commit");
        }
        if (blockIsOurs || !inBlock) {
            around.clearing().forEach(this::addOurs);
        }
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
}
