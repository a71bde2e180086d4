package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.jdbc.Call;
import io.tenantdatasource.internal.sql.ToldText;
import java.sql.SQLException;

/** How one call of the user runs its text. */
interface Run {

    /** Whether the text can share a string with the statement that tells. */
    boolean canCarry() throws SQLException;

    /** Whether its rows may be fetched in parts, so that functions which it calls run at each part. */
    default boolean fetchesInParts() throws SQLException {
        return false;
    }

    /** Runs it as it is. */
    Object asItIs() throws Throwable;

    /** Runs it as it is, and has all rows at once: a cursor would end with the block, before its second fetch. */
    Object withoutCursor() throws Throwable;

    /**
     * Runs it with the statement that tells, and takes its results.
     *
     * @throws UnprovenException if they are not as many as they have to be
     */
    void carrying(Form form) throws Throwable;

    /**
     * Runs it as a text of which each block is told, and takes the results of the user's own statements.
     *
     * @throws UnprovenException if they are not as many as they have to be
     */
    default void carrying(ToldText told) throws SQLException {
        throw new IllegalStateException("cannot carry");
    }

    /** What the user's call returns, once the text has been carried. */
    Object answer() throws SQLException;

    /** Of a call that can carry nothing. */
    static Run asItIs(Call call) {
        return new Run() {
            @Override
            public boolean canCarry() {
                return false;
            }

            @Override
            public Object asItIs() throws Throwable {
                return call.make();
            }

            @Override
            public Object withoutCursor() throws Throwable {
                return call.make();
            }

            @Override
            public void carrying(Form form) {
                throw new IllegalStateException("cannot carry");
            }

            @Override
            public Object answer() {
                throw new IllegalStateException("has carried nothing");
            }
        };
    }
}
