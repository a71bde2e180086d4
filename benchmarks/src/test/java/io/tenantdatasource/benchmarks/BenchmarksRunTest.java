package io.tenantdatasource.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is measured runs, by each way of access, and comes to the same result. */
class BenchmarksRunTest {

    @ParameterizedTest
    @EnumSource(names = {"RAW", "CHECKOUT"})
    void wrapperAlone(Access access) throws Exception {
        WrapperBenchmark benchmark = new WrapperBenchmark();
        benchmark.access = access;
        benchmark.open();
        benchmark.checkoutAndReturn();
        benchmark.createStatementAndExecuteQuery();
        assertThat(benchmark.next()).isTrue();
        assertThat(benchmark.getInt()).isEqualTo(NoDatabase.ROWS - 1);
        assertThat(benchmark.getString()).isEqualTo("text");
        assertThat(benchmark.thousandRowsOfTwoColumns()).isEqualTo(sum(NoDatabase.ROWS) + 4 * NoDatabase.ROWS);
        benchmark.close();
    }

    @ParameterizedTest
    @EnumSource
    void withADatabase(Access access) throws Exception {
        PostgresBenchmark benchmark = new PostgresBenchmark();
        benchmark.access = access;
        benchmark.roundTripMicros = 400;
        benchmark.open();
        assertThat(benchmark.selectByKey()).isEqualTo(1);
        assertThat(benchmark.threeSelectsInTransaction()).isEqualTo(2 + 3 + 4);
        assertThat(benchmark.thousandRowsOfTwoColumns()).isGreaterThan(sum(1000));
        benchmark.close();
    }

    /** Of the numbers below {@code count}. */
    private static int sum(int count) {
        return count * (count - 1) / 2;
    }
}
