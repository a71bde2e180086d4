package io.tenantdatasource.benchmarks;

import java.math.BigDecimal;
import java.util.OptionalDouble;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What all ways of access did.
 *
 * @param benchmark the class and the method, as in {@code Postgres.selectByKey}
 * @param server what was behind the pool: a server, and how far away, or nothing
 */
record Task(String benchmark, String server) {

    static final String NO_SERVER = "none";

    private static final String ROUND_TRIP = "roundTripMicros";

    static Task of(BenchmarkParams params) {
        String benchmark = params.getBenchmark().replaceFirst(".*\\.(\\w+)Benchmark\\.(\\w+)$", "$1.$2");
        boolean hasServer = params.getParamsKeys().contains(ROUND_TRIP);
        return new Task(benchmark, hasServer ? server(params.getParam(ROUND_TRIP)) : NO_SERVER);
    }

    private static String server(String micros) {
        BigDecimal millis = new BigDecimal(micros).movePointLeft(3).stripTrailingZeros();
        return millis.signum() == 0 ? PostgresWork.LOOPBACK : millis.toPlainString() + " ms away";
    }

    /** What people call it. */
    String label() {
        return PostgresWork.of(this).map(PostgresWork::label).orElse(benchmark);
    }

    /** The most that {@link Access#TRANSACTION} should cost, as a ratio to the raw pool. */
    OptionalDouble goal() {
        return PostgresWork.of(this).map(work -> work.goal(server)).orElse(OptionalDouble.empty());
    }
}
