package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.binding.BindingState;
import io.tenantdatasource.internal.binding.BindingState.Knows;
import io.tenantdatasource.internal.binding.Lease;
import io.tenantdatasource.internal.sql.Block;
import io.tenantdatasource.internal.sql.Effect;
import io.tenantdatasource.internal.sql.SqlText;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import org.postgresql.core.TransactionState;

/** The ways in which a text can be run where the tenant is known, or refused. Nothing is sent to find out which. */
enum Way {
    /** The server knows, or nothing is asked of it that could show a row. */
    AS_IT_IS,
    /** In the block that is open, or that the driver begins, after the statement that tells it. */
    CARRYING,
    /** In a block of our own, after the statement that tells it. */
    ENCLOSED,
    /** The block is told in a round trip before. */
    BLOCK_FIRST,
    /** The session is told in a round trip before. */
    SESSION_FIRST,
    /** A block is begun, told, and committed, in round trips around it. */
    BLOCK_OF_ITS_OWN,
    /** Each block that a text begins is told after its beginning, in the same string. */
    IN_EACH_BLOCK,
    REFUSED_IN_FAILED_BLOCK(
            "The transaction has failed, and this text holds more than one statement, of which one may end the transaction"
                    + " and the next would run for nobody. It was not run. Run ROLLBACK as a statement of its own first"),
    REFUSED_AS_IT_ROLLS_BACK(
            "This text may roll back the transaction that is open and go on, where the tenant would not be known any more. It"
                    + " was not run. Run what comes after the rollback as a statement of its own"),
    REFUSED_BEHIND_POOLER(
            "This connection reaches the server through a pooler, which lends it a session for a transaction at a time, so"
                    + " nothing can be bound beyond one, and this statement needs more. It was not run. Run it on a"
                    + " connection to the server itself");

    private static final String NOT_SUPPORTED = "0A000";

    private final String refusal;

    Way() {
        this(null);
    }

    Way(String refusal) {
        this.refusal = refusal;
    }

    /**
     * Chooses one.
     *
     * @param text what is to be run
     * @param state who knows
     * @param transaction what the server has said of it last
     * @param autoCommit whether the driver begins none
     * @param canCarry whether the text can share a string with the statement that tells
     */
    static Way of(
            SqlText text, BindingState state, TransactionState transaction, boolean autoCommit, boolean canCarry) {
        if (transaction == TransactionState.FAILED) {
            return inFailedBlock(text);
        }
        boolean isOpen = transaction == TransactionState.OPEN;
        if (text.effect() == Effect.BOUNDARY) {
            return isOpen && text.commits() ? committing(state, canCarry) : AS_IT_IS;
        }
        if (text.effect().isAboutRows()) {
            return state.mustTell() ? aboutRows(text, state, isOpen, autoCommit, canCarry) : AS_IT_IS;
        }
        return isOpen
                ? unknownInBlock(text, state, canCarry)
                : unknownOutsideOfBlock(text, state, autoCommit, canCarry);
    }

    /** The server refuses all there but what ends the block; after that it would run the rest of the text. */
    private static Way inFailedBlock(SqlText text) {
        boolean isOne = text.effect() == Effect.BOUNDARY || text.statements() == 1;
        return isOne || text.effect().isAboutRows() ? AS_IT_IS : REFUSED_IN_FAILED_BLOCK;
    }

    private static Way committing(BindingState state, boolean canCarry) {
        if (state.mustClearAfterCommit() && canCarry) {
            return IN_EACH_BLOCK;
        }
        return state.mustTellBeforeCommit() ? BLOCK_FIRST : AS_IT_IS;
    }

    private static Way aboutRows(
            SqlText text, BindingState state, boolean isOpen, boolean autoCommit, boolean canCarry) {
        boolean isAlone = !isOpen && autoCommit;
        boolean leavesSomething = state.lease() == Lease.POOLED && text.effect() == Effect.CALLS;
        if (canCarry && !state.tellsSessionEachTime() && !(isAlone && leavesSomething)) {
            return isAlone ? ENCLOSED : CARRYING;
        }
        if (isOpen) {
            return BLOCK_FIRST;
        }
        return outsideOfBlock(state, autoCommit);
    }

    private static Way outsideOfBlock(BindingState state, boolean autoCommit) {
        if (state.lease() == Lease.OWN) {
            return autoCommit || state.isSuspect() ? SESSION_FIRST : BLOCK_FIRST;
        }
        return autoCommit ? BLOCK_OF_ITS_OWN : BLOCK_FIRST;
    }

    private static Way unknownInBlock(SqlText text, BindingState state, boolean canCarry) {
        if (!state.mustTell() && (state.knows() == Knows.SESSION || text.isBoundByBlock())) {
            return AS_IT_IS;
        }
        if (text.isBoundByBlock()) {
            return BLOCK_FIRST;
        }
        if (state.lease() == Lease.POOLED) {
            return inEachBlock(text, canCarry);
        }
        return text.mayRollBack() ? REFUSED_AS_IT_ROLLS_BACK : SESSION_FIRST;
    }

    private static Way unknownOutsideOfBlock(SqlText text, BindingState state, boolean autoCommit, boolean canCarry) {
        if (state.lease() == Lease.OWN) {
            return state.mustTell() ? SESSION_FIRST : AS_IT_IS;
        }
        boolean fitsIntoBlock = text.statements() == 1 || (text.statements() > 1 && text.block() == Block.AS_IT_WAS);
        if (!fitsIntoBlock) {
            return inEachBlock(text, canCarry);
        }
        return autoCommit ? BLOCK_OF_ITS_OWN : BLOCK_FIRST;
    }

    private static Way inEachBlock(SqlText text, boolean canCarry) {
        return canCarry && text.statements() > 1 ? IN_EACH_BLOCK : REFUSED_BEHIND_POOLER;
    }

    SQLException refusal() {
        return new SQLFeatureNotSupportedException(refusal, NOT_SUPPORTED);
    }

    SQLException refusal(SQLException cause) {
        return new SQLFeatureNotSupportedException(refusal + ". " + cause.getMessage(), NOT_SUPPORTED, cause);
    }

    /** Only for the words of the message: the statement has failed either way. */
    static boolean needsNoBlock(SQLException e) {
        return "25001".equals(e.getSQLState());
    }

    static SQLException unwrapRefusal() {
        return new SQLFeatureNotSupportedException(
                "This connection reaches the server through a pooler, which lends it a session for a transaction at a time, so"
                        + " nothing can be bound beyond one: unwrap gave nothing out. Call it within a transaction"
                        + " (setAutoCommit(false) and a statement first), and use what it gives until that ends; or connect"
                        + " to the server directly",
                NOT_SUPPORTED);
    }
}
