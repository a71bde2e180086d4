package io.tenantdatasource.internal.pgjdbc;

/** The forms in which a statement of the user goes to the server, in one round trip each. */
enum Form {
    /** As it is, where the server knows already. */
    PLAIN(false, false),

    /** After the statement that looks and tells, both in the block that is open, or that the driver begins. */
    CARRYING(true, false),

    /** The same where this checkout has looked, and may have changed since what would be looked at: after one that tells. */
    CARRYING_AGAIN(false, false),

    /**
     * As a block of its own, for autocommit mode. A Sync between two of its statements ends no transaction, and pgjdbc sends
     * one where it fears that driver and server wait for each other ({@code QueryExecutorImpl.flushIfDeadlockRisk}).
     */
    ENCLOSED(true, true),

    /** As a block of its own, where this checkout has looked, and may have changed since what would be looked at. */
    ENCLOSED_AGAIN(false, true);

    private final boolean looks;
    private final boolean isEnclosed;

    Form(boolean looks, boolean isEnclosed) {
        this.looks = looks;
        this.isEnclosed = isEnclosed;
    }

    static Form enclosed(boolean looks) {
        return looks ? ENCLOSED : ENCLOSED_AGAIN;
    }

    static Form carrying(boolean looks) {
        return looks ? CARRYING : CARRYING_AGAIN;
    }

    /** Whether the statement that tells looks first. */
    boolean looks() {
        return looks;
    }

    boolean isEnclosed() {
        return isEnclosed;
    }

    /** No space before the user's statement, or the positions of errors would be off. */
    String sql(String telling, String sql) {
        if (this == PLAIN) {
            return sql;
        }
        String carrying = telling + ";" + sql;
        String end = sql.contains("--") ? "\n" : ""; // of a comment, which may stand at the end of the line
        return isEnclosed ? "begin;" + carrying + end + ";commit" : carrying;
    }

    /** How many results come before the user's own. */
    int resultsBefore() {
        if (this == PLAIN) {
            return 0;
        }
        return isEnclosed ? 2 : 1;
    }

    /** How many come after them. */
    int resultsAfter() {
        return isEnclosed ? 1 : 0;
    }
}
