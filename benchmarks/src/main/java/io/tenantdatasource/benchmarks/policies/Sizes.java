package io.tenantdatasource.benchmarks.policies;

/**
 * How much of everything. Users are numbered from 1, and session n is one of user 1 + n % users; so each user has as
 * many as any other, spread over the whole table.
 *
 * @param millis for how long a query is repeated in one turn
 */
record Sizes(int organizations, int users, int sessions, int rounds, int millis) {

    /** Each user with a number that this divides is one of the large organization; the others share the rest evenly. */
    static final int ONE_OF_LARGE_IN = 20;

    /** A user of a small organization. */
    int smallUser() {
        return 1;
    }

    /** A user from the middle of the large organization, neither among the first that are found nor among the last. */
    int largeUser() {
        return Math.max(users / 2 / ONE_OF_LARGE_IN, 1) * ONE_OF_LARGE_IN;
    }
}
