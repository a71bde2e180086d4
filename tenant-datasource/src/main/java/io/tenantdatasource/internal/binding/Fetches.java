package io.tenantdatasource.internal.binding;

/**
 * Whether rows may have been fetched since the last statement, by a query that calls functions: it calls them again for each
 * part, and the next statement has to be told anew.
 */
public final class Fetches {

    private boolean mayHaveHappened;
    private boolean mayCallFunctions;

    /** A query whose rows come in parts, and may call functions for each, is about to run. */
    public void callFunctions() {
        mayCallFunctions = true;
    }

    /** Rows are about to be fetched, perhaps. */
    public void mayHappen() {
        mayHaveHappened = true;
    }

    /** The block has ended, and with it each query whose rows come in parts. */
    public void blockEnded() {
        mayCallFunctions = false;
    }

    /**
     * Counts in what was fetched since it was asked last.
     *
     * @param state before
     * @return afterwards
     */
    public BindingState countedIn(BindingState state) {
        boolean callFunctions = mayHaveHappened && mayCallFunctions;
        mayHaveHappened = false;
        return callFunctions ? state.fetched() : state;
    }
}
