package io.tenantdatasource.examples.quickstart;

import java.util.List;
import java.util.function.ToLongFunction;

/** What all organizations were shown, and how often a connection went from one of them to another. */
record RaceResult(List<Sightings> sightings, int connections, long handovers) {

    long checkouts() {
        return sum(Sightings::checkouts);
    }

    long queries() {
        return sum(Sightings::queries);
    }

    long rows() {
        return sum(Sightings::rows);
    }

    long foreign() {
        return sum(Sightings::foreign);
    }

    long missing() {
        return sum(Sightings::missing);
    }

    private long sum(ToLongFunction<Sightings> column) {
        return sightings.stream().mapToLong(column).sum();
    }
}
