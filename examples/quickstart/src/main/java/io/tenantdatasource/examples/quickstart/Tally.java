package io.tenantdatasource.examples.quickstart;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/** What the code of one organization was shown so far, by all threads. */
final class Tally {

    private final LongAdder checkouts = new LongAdder();
    private final LongAdder queries = new LongAdder();
    private final LongAdder rows = new LongAdder();
    private final LongAdder foreign = new LongAdder();
    private final LongAdder missing = new LongAdder();

    void checkedOut() {
        checkouts.increment();
    }

    /** A count above the true one counted foreign rows; one below it misses own ones. */
    void counted(long seen, long own) {
        queries.increment();
        rows.add(seen);
        foreign.add(Math.max(0, seen - own));
        missing.add(Math.max(0, own - seen));
    }

    /** Strangers on a page crowd out own rows; those are not missing, only a page that is too short misses some. */
    void shown(List<UUID> sessions, int own, Predicate<UUID> isForeign) {
        queries.increment();
        rows.add(sessions.size());
        foreign.add(sessions.stream().filter(isForeign).count());
        missing.add(Math.max(0, own - sessions.size()));
    }

    Sightings sightings(Organization organization, int ownSessions) {
        return new Sightings(
                organization, ownSessions, checkouts.sum(), queries.sum(), rows.sum(), foreign.sum(), missing.sum());
    }
}
