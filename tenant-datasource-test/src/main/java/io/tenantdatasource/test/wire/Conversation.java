package io.tenantdatasource.test.wire;

import io.tenantdatasource.test.wire.RecordedStatement.Outcome;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * What client and server of one connection wait for. Two threads use it: one tells what the client sends, before the server
 * has it; the other what the server answers, before the client has it.
 */
final class Conversation {

    private static final int FAILED = 'E';
    private static final int AUTHENTICATED = 0;
    private static final int LAST_WORD_OF_SASL = 12;

    private final Deque<Awaited> awaited = new ArrayDeque<>();

    /** Whether the client has nothing more to hear before it speaks. */
    private boolean clientsTurn = true;

    /** Whether the client asked for the answers to what it has sent. */
    private boolean clientWaits;

    /** After an error the server reads on to the next Sync, and answers nothing before. */
    private boolean serverSkips;

    /** While the server waits for rows to copy, it passes over each Sync. */
    private boolean serverCopies;

    private boolean losesAnswers;
    private int transaction;
    private long process;

    /** The last one that ran since the server was ready, whose transaction may fail yet. */
    private Treatment lastRun = Treatment.PASS;

    /** Returns whether the client begins a round trip by sending this. */
    synchronized boolean speaks(char type) {
        boolean begins = clientsTurn && type != Messages.TERMINATE;
        if (begins) {
            clientsTurn = false;
        }
        clientWaits = switch (type) {
            case Messages.STARTUP,
                    Messages.SYNC,
                    Messages.FLUSH,
                    Messages.QUERY,
                    Messages.FUNCTION_CALL,
                    Messages.PASSWORD,
                    Messages.COPY_DONE,
                    Messages.COPY_FAIL -> true;
            default -> false;
        };
        if (type == Messages.COPY_DONE || type == Messages.COPY_FAIL) {
            serverCopies = false;
        }
        return begins;
    }

    /** Tells that a message is about to be sent. */
    synchronized void await(Awaited message) {
        if (serverSkips && !message.isSync()) {
            end(message, Outcome.SKIPPED);
            return;
        }
        serverSkips = false;
        if (!(serverCopies && message.isSync())) {
            awaited.add(message);
        }
    }

    /**
     * Whether a statement can be slipped in that does not fail. If the transaction turns out to have failed meanwhile, the server
     * passes over what was slipped in too, or says the same of it as of the statement that it comes before.
     */
    synchronized boolean canSlipIn() {
        return transaction != FAILED;
    }

    synchronized long process() {
        return process;
    }

    synchronized void isWith(long serverProcess) {
        process = serverProcess;
    }

    /** Returns the one whose answer a row is a part of, if that was slipped in. */
    synchronized Optional<Awaited> slippedIn() {
        return Optional.ofNullable(awaited.peek()).filter(Awaited::slippedIn);
    }

    /**
     * The server says something that is neither an error nor a row.
     *
     * @return whether the client is to hear it
     */
    synchronized boolean answers(char type) {
        Awaited head = awaited.peek();
        boolean hears = !isLost() && !(head != null && head.slippedIn() && !isOfNoStatement(type));
        if (head != null && head.endsWith(type)) {
            awaited.remove();
            ran(head);
        }
        if (type == Messages.COPY_IN || type == Messages.COPY_BOTH) {
            serverCopies = true;
            awaited.removeIf(Awaited::isSync);
            clientsTurn = true;
        }
        afterAnswer();
        return hears;
    }

    /** Sent when the server likes, and whatever it is doing. */
    private static boolean isOfNoStatement(char type) {
        return type == Messages.NOTICE || type == Messages.PARAMETER_STATUS || type == Messages.NOTIFICATION;
    }

    private void ran(Awaited message) {
        losesAnswers |= message.losesAnswer();
        if (message.runs()) {
            lastRun = message.treatment();
            end(message, Outcome.SUCCEEDED);
        }
    }

    private static void end(Awaited message, Outcome outcome) {
        if (message.runs()) {
            message.treatment().ended().accept(outcome);
        }
    }

    /** Whether the client must not hear anything any more. */
    synchronized boolean isLost() {
        return losesAnswers || (awaited.peek() != null && awaited.peek().losesAnswer());
    }

    /** The server is ready for the next, as the last of its answers. Returns whether the client is to hear it. */
    synchronized boolean isReady(int transactionStatus) {
        boolean hears = !isLost();
        transaction = transactionStatus;
        while (!awaited.isEmpty()) {
            Awaited answered = awaited.remove();
            if (answered.endsWithReady()) {
                ran(answered);
                break;
            }
        }
        lastRun = Treatment.PASS;
        hears &= !losesAnswers;
        afterAnswer();
        return hears;
    }

    /** The server asks for a password, or says that there is none to ask for. */
    synchronized void authenticates(int request) {
        clientsTurn |= request != AUTHENTICATED && request != LAST_WORD_OF_SASL;
    }

    /** Returns what to tell the client in place of the error, if something else. */
    synchronized Optional<byte[]> fails() {
        Awaited head = awaited.peek();
        serverCopies = false;
        if (head == null) {
            return Optional.empty(); // of no statement: the session ends
        }
        losesAnswers |= head.losesAnswer();
        if (head.endsWithReady()) {
            failed(head);
        } else {
            skipToSync();
        }
        afterAnswer();
        return head.treatment().action() == Treatment.Action.FAIL
                ? Optional.of(Messages.error(head.treatment().argument()))
                : Optional.empty();
    }

    /** At a Sync it is the transaction of the last statement that cannot be committed. */
    private void failed(Awaited untilReady) {
        if (untilReady.isSync()) {
            lastRun.ended().accept(Outcome.FAILED);
        } else {
            end(untilReady, Outcome.FAILED);
        }
    }

    private void skipToSync() {
        Outcome outcome = Outcome.FAILED;
        while (!awaited.isEmpty() && !awaited.peek().isSync()) {
            Awaited skipped = awaited.remove();
            losesAnswers |= skipped.losesAnswer();
            end(skipped, outcome);
            outcome = skipped.runs() ? Outcome.SKIPPED : outcome;
        }
        serverSkips = awaited.isEmpty();
    }

    private void afterAnswer() {
        clientsTurn |= clientWaits && awaited.isEmpty() && !serverSkips;
    }
}
