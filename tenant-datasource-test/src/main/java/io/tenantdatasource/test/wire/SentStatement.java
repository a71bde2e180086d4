package io.tenantdatasource.test.wire;

/**
 * A statement that a client is about to send.
 *
 * @param sql its text, with {@code $1} for the first parameter
 * @param bind the message that holds its parameters; empty in the simple protocol
 * @param process the server process that will run it
 * @param roundTrip the round trip that it is a part of
 * @param canBeAsked whether something can be asked right before it: not in the simple protocol, nor in a transaction that
 *     has failed
 */
record SentStatement(String sql, Body bind, long process, long roundTrip, boolean canBeAsked) {

    /** Whether a parameter has this value, or holds it. */
    boolean hasParameter(String value) {
        return bind.holds(value);
    }
}
