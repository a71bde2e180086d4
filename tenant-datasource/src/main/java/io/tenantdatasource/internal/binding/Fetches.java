package io.tenantdatasource.internal.binding;

import io.tenantdatasource.internal.sql.Effect;
import io.tenantdatasource.internal.sql.SqlText;

/**
 * Whether rows may have been fetched since the last statement, by a query that calls functions: it calls them again for each
 * part, and the next statement has to be told anew.
 */
public final class Fetches {

    private boolean mayHaveHappened;
    private boolean mayCallFunctions;

    /**
     * A text is about to run.
     *
     * @param text the text
     * @param inParts whether its rows may come in parts
     */
    public void beginsWith(SqlText text, boolean inParts) {
        mayCallFunctions |= inParts && text.effect() != Effect.ROWS;
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
