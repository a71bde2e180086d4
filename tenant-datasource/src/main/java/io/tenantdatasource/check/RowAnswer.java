package io.tenantdatasource.check;

import java.util.List;

/**
 * Whether a row is there, and why it is not shown. Names of policies, roles and settings, the values of the latter, and
 * nothing of any row.
 *
 * @param verdict what is known
 * @param reasons what decides, and what to do about it, a sentence each
 */
public record RowAnswer(Verdict verdict, List<String> reasons) {

    /** What is known of the row. */
    public enum Verdict {
        /** A row that meets the condition is shown. */
        SHOWN,
        /** There is none. */
        ABSENT,
        /** There is one, and a policy hides it. Known only to who asks with a diagnosing role. */
        HIDDEN,
        /** There is none, or a policy hides it. */
        NOT_SHOWN,
        /** Nothing could be read: for want of a right, or as the transaction has failed. */
        NOT_READABLE
    }

    /**
     * Copies the list.
     *
     * @param verdict what is known
     * @param reasons what decides
     */
    public RowAnswer {
        reasons = List.copyOf(reasons);
    }

    /**
     * Says all of it.
     *
     * @return a line for the verdict, and one for each reason
     */
    @Override
    public String toString() {
        return verdict + "\n- " + String.join("\n- ", reasons);
    }
}
