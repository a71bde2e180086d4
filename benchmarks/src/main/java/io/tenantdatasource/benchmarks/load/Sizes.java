package io.tenantdatasource.benchmarks.load;

import java.time.Duration;

/**
 * How much of it.
 *
 * @param threads how many work at once
 * @param areVirtual whether they are virtual threads
 * @param tenants how many organizations they work for, each anew for each operation
 * @param connections how many there are in the pool
 * @param rate how many operations are to begin in a second, by all threads together
 * @param turn for how long one way has its turn
 * @param rounds how many turns each way has
 */
record Sizes(int threads, boolean areVirtual, int tenants, int connections, int rate, Duration turn, int rounds) {

    /** After how long each thread begins its next operation, whether the former one has ended or not. */
    Duration interval() {
        return Duration.ofSeconds(1).multipliedBy(threads).dividedBy(rate);
    }
}
