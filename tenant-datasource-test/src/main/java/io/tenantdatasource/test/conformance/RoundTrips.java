package io.tenantdatasource.test.conformance;

import static io.tenantdatasource.test.Tenants.ACME;

import java.sql.SQLException;
import java.util.OptionalInt;

/** Counts what one query costs. */
final class RoundTrips {

    private static final int WARM_UPS = 2;
    private static final int TIMES = 5;

    private RoundTrips() {}

    static Price on(Bench bench) {
        return new Price(count(bench, true), count(bench, false));
    }

    /** The least of several counts: a pool looks now and then whether a connection lives. Nothing makes a count too small. */
    private static OptionalInt count(Bench bench, boolean autoCommit) {
        try {
            for (int i = 0; i < WARM_UPS; i++) {
                query(bench, autoCommit); // the pool connects, and all do what they do once
            }
            int least = Integer.MAX_VALUE;
            for (int i = 0; i < TIMES; i++) {
                long before = bench.roundTrips();
                query(bench, autoCommit);
                least = Math.min(least, (int) (bench.roundTrips() - before));
            }
            return OptionalInt.of(least);
        } catch (SQLException | BrokenPromise e) {
            return OptionalInt.empty();
        }
    }

    private static void query(Bench bench, boolean autoCommit) throws SQLException {
        bench.as(ACME, connection -> {
            connection.setAutoCommit(autoCommit);
            bench.assertRanFor(ACME, Sql.query(connection, bench.whom()), "a query");
            if (!autoCommit) {
                connection.commit();
                connection.setAutoCommit(true); // as it was found, which sends nothing
            }
        });
    }
}
