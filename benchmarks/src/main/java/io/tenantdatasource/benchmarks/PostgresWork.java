package io.tenantdatasource.benchmarks;

import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** What {@link PostgresBenchmark} measures, and what {@link Access#TRANSACTION} is meant to cost at most. */
enum PostgresWork {
    SELECT("selectByKey", "one SELECT by key", 1.10, 1.03),
    TRANSACTION("threeSelectsInTransaction", "three SELECTs in a transaction", 1.05, 1.05),
    ROWS("thousandRowsOfTwoColumns", "1,000 rows read", 1.03, 1.03),
    INSERT("insertWithGeneratedKey", "INSERT with generated key", 1.2, 1.2),
    BATCH("batchOfHundredInserts", "batch of 100 INSERTs", 1.2, 1.2),
    CROWD("sixteenThreadsOnFourConnections", "16 threads on 4 connections", Double.NaN, Double.NaN);

    /** That of this class, and after that of the benchmarks without a server. */
    static final Comparator<Task> ORDER =
            Comparator.comparing(task -> of(task).orElse(null), Comparator.nullsLast(Comparator.naturalOrder()));

    static final String LOOPBACK = "loopback";

    private final String method;
    private final String label;
    private final double goalOnLoopback;
    private final double goalFurtherAway;

    /** Where a goal is not a number, there is none. */
    PostgresWork(String method, String label, double goalOnLoopback, double goalFurtherAway) {
        this.method = method;
        this.label = label;
        this.goalOnLoopback = goalOnLoopback;
        this.goalFurtherAway = goalFurtherAway;
    }

    static Optional<PostgresWork> of(Task task) {
        return Stream.of(values())
                .filter(work -> task.benchmark().equals("Postgres." + work.method))
                .findFirst();
    }

    String label() {
        return label;
    }

    /** A ratio to the raw pool. */
    OptionalDouble goal(String server) {
        double goal = server.equals(LOOPBACK) ? goalOnLoopback : goalFurtherAway;
        return Double.isNaN(goal) ? OptionalDouble.empty() : OptionalDouble.of(goal);
    }
}
