package io.tenantdatasource.internal.sql;

/** What running a text can do to the session and to its transaction, as far as the text shows. From least to most. */
public enum Effect {

    /** One or several statements about rows, which call PostgreSQL's own functions only. */
    ROWS,

    /** As {@link #ROWS}, but calls other functions, which may leave anything in the session. None can end a transaction. */
    CALLS,

    /** Statements that begin, end or divide a transaction, and nothing else; or no statement at all. */
    BOUNDARY,

    /** Anything else, and whatever the reader is not certain about. */
    UNKNOWN;

    /** Whether it only reads and writes rows, so that it can share a transaction with statements of ours. */
    public boolean isAboutRows() {
        return this == ROWS || this == CALLS;
    }
}
