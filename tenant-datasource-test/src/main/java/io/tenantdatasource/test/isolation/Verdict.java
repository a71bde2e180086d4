package io.tenantdatasource.test.isolation;

/** What a cell of the matrix says. */
public enum Verdict {
    /** It was tried, and nothing of the other tenant's was seen or changed. */
    ISOLATED(false),
    /** A tenant can do with its own rows what it was granted. */
    WORKS(false),
    /** The role has no right to it, so no policy has to stop it. */
    NOT_GRANTED(false),
    /** Rows of another tenant were seen or changed. */
    OPEN(true),
    /** A tenant cannot do with its own rows what it was granted. */
    BLOCKED(true),
    /** It could not be tried, so nothing is proved. */
    NOT_TRIED(true);

    private final boolean failure;

    Verdict(boolean failure) {
        this.failure = failure;
    }

    /**
     * Whether it keeps the schema from being isolated.
     *
     * @return true for what has to be mended
     */
    public boolean isFailure() {
        return failure;
    }
}
