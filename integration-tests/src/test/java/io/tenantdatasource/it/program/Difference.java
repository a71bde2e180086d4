package io.tenantdatasource.it.program;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the wrapper shows that the pool alone does not, by reason. Each reason stands in {@code docs/reliability.md}. */
final class Difference {

    private static final Pattern BROKEN_OFF = Pattern.compile(" -> java\\.(lang|util)\\.");

    private Difference() {}

    static boolean isExplained(List<Entry> before, Entry ours, Entry theirs) {
        return isRefused(ours)
                || ours.step() instanceof Steps.TextOnPrepared // which pgjdbc runs in part, where JDBC asks it not to
                || isNoticedElsewhere(before, ours, theirs)
                || isToldByUs(ours, theirs)
                || isBrokenOff(ours, theirs)
                || isAnEndAnyway(before, ours, theirs)
                || isBegunByReading(ours, theirs)
                || isOfTypesRemembered(ours, theirs);
    }

    /** What cannot be bound is refused, and says so. */
    private static boolean isRefused(Entry ours) {
        return ours.failedWith("0A000") && !Code.strings(ours.step()).anyMatch(sql -> sql.contains("0A000"));
    }

    /**
     * That a session has ended is noticed by its next statement, which by hand is one of the checkout; and some pools look
     * first, if the connection has not been used for a while. But the return of one whose end was told is the same.
     */
    private static boolean isNoticedElsewhere(List<Entry> before, Entry ours, Entry theirs) {
        boolean isBetween = ours.step() instanceof Steps.NextCheckout || ours.step() instanceof Player.LastReturn;
        int end = lastEndIn(before);
        boolean wasTold =
                before.subList(Math.max(end, 0), before.size()).stream().anyMatch(Entry::failed);
        return isBetween && end >= 0 && (!wasTold || ours.ofReturn().equals(theirs.ofReturn()));
    }

    private static int lastEndIn(List<Entry> before) {
        int last = before.size() - 1;
        while (last >= 0 && !(before.get(last).step() instanceof Steps.Terminate)) {
            last--;
        }
        return last;
    }

    /**
     * A failed block takes no statement, of which the first is ours; and where a COMMIT by text could only roll it back,
     * CHECKOUT does that before.
     */
    private static boolean isToldByUs(Entry ours, Entry theirs) {
        return ours.failedWith("25P02") || theirs.failedWith("25P02");
    }

    /** What is no exception of JDBC's leaves nobody knows what, so the connection is destroyed. */
    private static boolean isBrokenOff(Entry ours, Entry theirs) {
        return ours.isClosed()
                && theirs.lines().stream()
                        .anyMatch(line -> BROKEN_OFF.matcher(line).find());
    }

    /** A connection that has ended says so in whatever words, and need not show the rows that it has still got. */
    private static boolean isAnEndAnyway(List<Entry> before, Entry ours, Entry theirs) {
        return ours.hasEnded() && ours.failed() && (lastEndIn(before) >= 0 || (theirs.hasEnded() && theirs.failed()));
    }

    /** Once a text has ended the transaction, CHECKOUT tells before rows are read on, which begins the next. */
    private static boolean isBegunByReading(Entry ours, Entry theirs) {
        return ours.lines().equals(theirs.lines())
                && ours.state().equals("idle in transaction")
                && theirs.state().equals("idle");
    }

    /**
     * For a value without a type pgjdbc sends the one that the same text had before, also where that failed; a statement that
     * carries the tenant is another text than one that does not.
     */
    private static boolean isOfTypesRemembered(Entry ours, Entry theirs) {
        boolean hasUntyped = Code.values(ours.step()).anyMatch(value -> value == Value.NULL || value == Value.UNTYPED);
        return hasUntyped
                && (ours.failed() != theirs.failed() || ours.withoutTypes().equals(theirs.withoutTypes()));
    }

    /** By the step and where the two go apart, so that a shorter program is known to show the same. */
    static String kind(Entry ours, Entry theirs) {
        return "differs: " + ours.step().getClass().getSimpleName() + " "
                + (ours.state().equals(theirs.state()) ? "" : ours.state() + " instead of " + theirs.state());
    }

    static String text(Entry ours, Entry theirs) {
        return ours.step() + "\n  bound:   " + text(ours) + "\n  by hand: " + text(theirs);
    }

    private static String text(Entry of) {
        return of.state() + of.lines().stream().map(line -> "\n    " + line).collect(Collectors.joining());
    }
}
