package io.tenantdatasource.internal.binding;

/** What a checkout may have left in the session by now. Each includes the ones before it; it only ever rises. */
public enum Trace {

    /** Nothing: all that ran was about rows, and what was told was local to its transactions. */
    NONE,

    /** The tenant, which we told the session. */
    TENANT,

    /** Anything that a function leaves behind. */
    OF_FUNCTIONS,

    /** Anything that SQL text leaves behind. */
    OF_UNKNOWN_TEXT,

    /** Anything, at any time: the user has an object of the driver or the pool. */
    OF_UNWRAPPED;

    /**
     * Whether as much as in another state may have been left.
     *
     * @param other the other
     * @return true if it is the same, or less
     */
    public boolean includes(Trace other) {
        return compareTo(other) >= 0;
    }

    Trace or(Trace other) {
        return includes(other) ? this : other;
    }
}
