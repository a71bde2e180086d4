package io.tenantdatasource.internal.pgjdbc;

import io.tenantdatasource.internal.StatementText;

/** The forms in which one prepared statement of the user goes to the server. */
enum Form {
    /** As it is. */
    PLAIN {
        @Override
        String sql(LocalSettings settings, String sql) {
            return sql;
        }
    },
    /** After the statement that sets the tenant, both in one implicit transaction, or in the one that is open. */
    CARRYING {
        @Override
        String sql(LocalSettings settings, String sql) {
            return settings.prefix() + sql;
        }
    },
    /**
     * The same in a transaction of its own. pgjdbc sends a Sync between two statements of one string, which ends an
     * implicit transaction, when the second one has been described and returns a row of any size: it is afraid that
     * driver and server wait for each other ({@code QueryExecutorImpl.flushIfDeadlockRisk}). It describes a statement
     * that is prepared on the server and has a parameter whose type it does not know.
     */
    ENCLOSED {
        @Override
        String sql(LocalSettings settings, String sql) {
            return "begin;" + settings.prefix() + sql + "\n;commit"; // a comment may stand at the end of the line
        }
    };

    abstract String sql(LocalSettings settings, String sql);

    /** Which one suits a statement that is a transaction of its own. */
    static Form alone(StatementText text, boolean isDescribed) {
        return isDescribed && !text.mayBeSeveral() ? ENCLOSED : CARRYING;
    }
}
