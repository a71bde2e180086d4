package io.tenantdatasource.internal.binding;

import io.tenantdatasource.internal.sql.Effect;

/**
 * Who knows the tenant, from checkout to return; and what was left behind meanwhile.
 *
 * <p>Each JDBC call is one of the events below, and each event gives the next state. {@code docs/binding.md} has the same
 * transitions as a table, which a test compares with this class; another runs every sequence of events against a model of
 * the server.
 *
 * @param knows who was told the tenant and cannot have forgotten it
 * @param savepointsWhenTold how many savepoints were set when the block was told: a rollback to one of those undoes it
 * @param savepoints how many are set now
 * @param trace what may have been left in the session
 * @param lease whose the session is
 */
public record BindingState(Knows knows, int savepointsWhenTold, int savepoints, Trace trace, Lease lease) {

    /** Who knows the tenant. */
    public enum Knows {
        NOBODY,
        /** The transaction block that is open; what it was told ends with it. */
        BLOCK,
        /** The session, which was told outside of any block, so that no rollback undoes it. */
        SESSION
    }

    /**
     * Refuses what cannot be.
     *
     * @throws IllegalArgumentException if it cannot be: a pooler's session never knows, and only a block has a level
     */
    public BindingState {
        if (knows == Knows.SESSION && (lease == Lease.POOLED || !trace.includes(Trace.TENANT))) {
            throw new IllegalArgumentException("the session knows, but it is a pooler's, or nobody told it");
        }
        if (savepointsWhenTold < 0
                || savepointsWhenTold > savepoints
                || (knows != Knows.BLOCK && savepointsWhenTold > 0)) {
            throw new IllegalArgumentException("told at savepoint " + savepointsWhenTold + " of " + savepoints);
        }
    }

    /**
     * At checkout, before anybody is told.
     *
     * @param lease whose the session is
     * @return nobody knows
     */
    public static BindingState atCheckout(Lease lease) {
        return new BindingState(Knows.NOBODY, 0, 0, Trace.NONE, lease);
    }

    /** Whether the server has to be told before the next statement. Who has the driver's connection can undo it at any time. */
    public boolean mustTell() {
        return knows == Knows.NOBODY || trace == Trace.OF_UNWRAPPED;
    }

    /** Whether what is deferred to the end of the block may run for somebody else: something has run that may have told them. */
    public boolean mustTellBeforeCommit() {
        return mustTell() && trace.includes(Trace.OF_FUNCTIONS);
    }

    /** Whether what was left in the session has to go as soon as the block ends: a pooler lends it to somebody else then. */
    public boolean mustClearAfterCommit() {
        return lease == Lease.POOLED && trace.includes(Trace.OF_FUNCTIONS);
    }

    /** Whether the session is told before each statement, as what was unwrapped may undo it and go on. */
    public boolean tellsSessionEachTime() {
        return lease == Lease.OWN && trace == Trace.OF_UNWRAPPED;
    }

    /** Whether more than rows has been touched, so that the session is told anew rather than found to be wrong. */
    public boolean isSuspect() {
        return trace.includes(Trace.OF_UNKNOWN_TEXT);
    }

    /** The session was told, outside of any block. */
    public BindingState toldSession() {
        return new BindingState(Knows.SESSION, 0, savepoints, trace.or(Trace.TENANT), lease);
    }

    /** The open block was told, with what is local to it. */
    public BindingState toldBlock() {
        return new BindingState(Knows.BLOCK, savepoints, savepoints, trace, lease);
    }

    /** The session was told within the open block: a rollback undoes that, so it counts as the block's. */
    public BindingState toldSessionWithinBlock() {
        return toldBlock().leaving(Trace.TENANT);
    }

    /**
     * A text has run, or failed: of several statements, those before the one that failed may have been committed.
     *
     * @param effect what it can have done
     */
    public BindingState ran(Effect effect) {
        return switch (effect) {
            case ROWS -> this;
            case CALLS -> forgotten().leaving(Trace.OF_FUNCTIONS);
            case BOUNDARY -> knows == Knows.BLOCK ? forgotten() : this;
            case UNKNOWN -> forgotten().leaving(Trace.OF_UNKNOWN_TEXT);
        };
    }

    /** Rows were changed, whose triggers may have set anything: no text shows that. */
    public BindingState changedRows() {
        return forgotten();
    }

    /** More rows were fetched of a query that may call functions: what it was before cannot be told apart any more. */
    public BindingState fetched() {
        return trace.includes(Trace.OF_FUNCTIONS) ? forgotten() : this;
    }

    /** A statement that was to tell the block has failed with it. */
    public BindingState untold() {
        return knows == Knows.BLOCK ? forgotten() : this;
    }

    /** The block has ended, or there is none. */
    public BindingState blockEnded() {
        return knows == Knows.BLOCK || savepoints > 0
                ? new BindingState(knows == Knows.SESSION ? knows : Knows.NOBODY, 0, 0, trace, lease)
                : this;
    }

    /** A savepoint was set. */
    public BindingState savepointSet() {
        return new BindingState(knows, savepointsWhenTold, savepoints + 1, trace, lease);
    }

    /**
     * The block was rolled back to a savepoint.
     *
     * @param index how many savepoints were set before that one; less than 0 if nobody knows
     */
    public BindingState rolledBackTo(int index) {
        boolean undone = knows == Knows.BLOCK && index < savepointsWhenTold;
        int left = Math.max(0, Math.min(savepoints, index + 1));
        return new BindingState(
                undone ? Knows.NOBODY : knows, undone ? 0 : Math.min(savepointsWhenTold, left), left, trace, lease);
    }

    /**
     * A savepoint was released, and those after it.
     *
     * @param index how many savepoints were set before that one; less than 0 if nobody knows
     */
    public BindingState released(int index) {
        int left = Math.max(0, Math.min(savepoints, index));
        return new BindingState(knows, Math.min(savepointsWhenTold, left), left, trace, lease);
    }

    /** An object of the driver or the pool was handed out. */
    public BindingState unwrapped() {
        return leaving(Trace.OF_UNWRAPPED);
    }

    /** A method of the connection has changed a setting of the session, which is to be brought back. */
    public BindingState changedBySetter() {
        return leaving(Trace.OF_FUNCTIONS);
    }

    private BindingState leaving(Trace left) {
        return trace.includes(left) ? this : new BindingState(knows, savepointsWhenTold, savepoints, left, lease);
    }

    private BindingState forgotten() {
        return knows == Knows.NOBODY ? this : new BindingState(Knows.NOBODY, 0, savepoints, trace, lease);
    }
}
