package io.tenantdatasource.test.conformance;

/** What came of trying a promise. */
public enum Verdict {
    /** The promise was kept. */
    KEPT("kept"),
    /** Something ran for another tenant than the one that it was to run for. */
    RAN_FOR_ANOTHER("for another"),
    /** Something ran for no tenant, and so saw no rows. */
    RAN_FOR_NOBODY("for nobody"),
    /** Something of a checkout was there after it: its tenant, its role, or what shows its rows. */
    LEFT_BEHIND("left behind"),
    /** An error of the binding was not told, and the work went on. */
    SWALLOWED("error swallowed"),
    /** A connection whose state nobody knows was given out again. */
    GIVEN_OUT_AGAIN("given out again"),
    /** The application noticed that its connection was bound. */
    VISIBLE("visible"),
    /** What was to work was refused, or failed. No row was shown to anybody. */
    REFUSED("refused");

    private final String words;

    Verdict(String words) {
        this.words = words;
    }

    /**
     * Whether the promise was broken.
     *
     * @return false if it was kept
     */
    public boolean isBroken() {
        return this != KEPT;
    }

    /** In a word or two, such as {@code for nobody}. */
    @Override
    public String toString() {
        return words;
    }
}
