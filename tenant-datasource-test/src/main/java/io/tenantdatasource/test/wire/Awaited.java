package io.tenantdatasource.test.wire;

/**
 * A message of the client, or one that was slipped in, that the server has not answered to the end.
 *
 * @param type of the message that was sent
 * @param slippedIn whether the client knows nothing of it, and must see nothing of the answer
 * @param treatment of the statement that it is a part of
 */
record Awaited(char type, boolean slippedIn, Treatment treatment) {

    static Awaited of(char type) {
        return new Awaited(type, false, Treatment.PASS);
    }

    /** Whether an answer is the last one to this message, unless it is an error. */
    boolean endsWith(char answer) {
        return switch (type) {
            case Messages.PARSE -> answer == Messages.PARSE_COMPLETE;
            case Messages.BIND -> answer == Messages.BIND_COMPLETE;
            case Messages.CLOSE -> answer == Messages.CLOSE_COMPLETE;
            case Messages.DESCRIBE -> answer == Messages.ROW_DESCRIPTION || answer == Messages.NO_DATA;
            case Messages.EXECUTE ->
                answer == Messages.COMMAND_COMPLETE
                        || answer == Messages.EMPTY_QUERY
                        || answer == Messages.PORTAL_SUSPENDED;
            default -> answer == Messages.READY;
        };
    }

    boolean endsWithReady() {
        return endsWith(Messages.READY);
    }

    boolean isSync() {
        return type == Messages.SYNC;
    }

    /** Whether a statement runs by it. */
    boolean runs() {
        return !slippedIn && (type == Messages.EXECUTE || type == Messages.QUERY);
    }

    boolean losesAnswer() {
        return runs() && treatment.action() == Treatment.Action.CUT_AFTER;
    }
}
