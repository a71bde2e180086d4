package io.tenantdatasource.test.wire;

import java.util.Optional;

/**
 * A statement that a {@link StatementRecorder} has seen.
 *
 * @param sql its text as it was sent: parameters are {@code $1}, {@code $2}; their values are not recorded. In pgjdbc's simple
 *     mode a text of several statements is one, and holds the values
 * @param organization what the server said that the setting was right before it ran: the organization's id, or the empty
 *     string if there was none. {@link Optional#empty()} if the server was not asked, which it is before {@code SELECT}, {@code
 *     INSERT}, {@code UPDATE}, {@code DELETE}, {@code MERGE}, {@code VALUES}, {@code WITH} and {@code TABLE} only, and
 *     neither in a transaction that has failed, nor in the simple protocol, nor for the statements by which a {@code
 *     TenantDataSource} binds and resets; or if it did not come to that, because something before it had failed
 * @param connection the server process that ran it, as in {@code pg_backend_pid()}; behind a pooler what the pooler says
 * @param roundTrip the round trip with which it was sent, counted from 1 where the recording begins
 * @param outcome how it went
 * @param ofBinding whether a {@code TenantDataSource} sent it, to bind the connection or to reset it
 */
public record RecordedStatement(
        String sql, Optional<String> organization, long connection, int roundTrip, Outcome outcome, boolean ofBinding) {

    /** How a statement went. */
    public enum Outcome {
        /** There was no answer to the end, or none yet. */
        UNANSWERED,

        /** The server has run it. Its transaction may still be rolled back. */
        SUCCEEDED,

        /** The server answered with an error, to the statement or when it committed it. */
        FAILED,

        /** The server passed over it, as one before it in the same round trip had failed. */
        SKIPPED
    }

    /**
     * Tells whether somebody wanted to know or change something by it: it is not about the transaction or the session, as
     * {@code BEGIN}, {@code COMMIT}, {@code SET} and {@code SHOW} are, it is not {@linkplain #ofBinding() of the binding}, and
     * it is not empty.
     *
     * @return whether it is a query
     */
    public boolean isQuery() {
        return !ofBinding && !FirstWord.isOfTransactionOrSession(sql);
    }

    /**
     * Tells whether it failed.
     *
     * @return false if it was passed over because another one had failed
     */
    public boolean failed() {
        return outcome == Outcome.FAILED;
    }
}
