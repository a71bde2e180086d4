package io.tenantdatasource.internal.pgjdbc;

/** The forms in which a statement of the user goes to the server, in one round trip each. */
enum Form {
    /** As it is, where the server knows already. */
    PLAIN("", "", 0, 0),

    /** After the statement that tells, both in the block that is open, or that the driver begins. */
    CARRYING("", "", 1, 0),

    /**
     * As a block of its own, for autocommit mode. A Sync between two of its statements ends no transaction, and pgjdbc sends
     * one where it fears that driver and server wait for each other ({@code QueryExecutorImpl.flushIfDeadlockRisk}).
     */
    ENCLOSED("begin;", ";commit", 2, 1);

    private final String before;
    private final String after;
    private final int resultsBefore;
    private final int resultsAfter;

    Form(String before, String after, int resultsBefore, int resultsAfter) {
        this.before = before;
        this.after = after;
        this.resultsBefore = resultsBefore;
        this.resultsAfter = resultsAfter;
    }

    /** No space before the user's statement, or the positions of errors would be off. */
    String sql(String telling, String sql) {
        if (this == PLAIN) {
            return sql;
        }
        String end = sql.contains("--") ? "\n" : ""; // of a comment, which may stand at the end of the line
        return before + telling + ";" + sql + (after.isEmpty() ? "" : end + after);
    }

    /** How many results come before the user's own. */
    int resultsBefore() {
        return resultsBefore;
    }

    /** How many come after them. */
    int resultsAfter() {
        return resultsAfter;
    }
}
