package io.tenantdatasource.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantdatasource.TenantContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is measured runs, by each way of access, and comes to the same result. */
class BenchmarksRunTest {

    private static final PostgresBenchmark POSTGRES = new PostgresBenchmark();

    @BeforeAll
    static void open() throws Exception {
        POSTGRES.roundTripMicros = 400;
        POSTGRES.open();
        POSTGRES.goAway();
    }

    @AfterAll
    static void close() throws Exception {
        POSTGRES.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"RAW", "CHECKOUT", "TRANSACTION"})
    void wrapperAlone(Access access) throws Exception {
        WrapperBenchmark benchmark = new WrapperBenchmark();
        benchmark.access = access;
        benchmark.open();
        benchmark.checkoutAndReturn();
        benchmark.createStatementAndExecuteQuery();
        assertThat(benchmark.next()).isTrue();
        assertThat(benchmark.thousandRowsOfTwoColumns()).isEqualTo(sum(NoDatabase.ROWS) + 4 * NoDatabase.ROWS);
        if (access == Access.TRANSACTION) {
            assertThat(benchmark.sent()).contains(Access.ORGANIZATION_ID).endsWith(WrapperBenchmark.QUERY + ";commit");
        } else {
            assertThat(benchmark.sent()).isEqualTo(WrapperBenchmark.QUERY);
        }
        benchmark.close();
    }

    @ParameterizedTest
    @EnumSource
    void withADatabase(Access access) throws Exception {
        PostgresBenchmark.Caller caller = new PostgresBenchmark.Caller();
        caller.open();
        POSTGRES.turnOf(access);
        assertThat(POSTGRES.selectByKey(caller)).isEqualTo(1);
        assertThat(POSTGRES.threeSelectsInTransaction(caller)).isEqualTo(2 + 3 + 4);
        assertThat(POSTGRES.sixteenThreadsOnFourConnections(caller)).isEqualTo(5);
        assertThat(POSTGRES.thousandRowsOfTwoColumns(caller)).isGreaterThan(sum(1000));
        int key = POSTGRES.insertWithGeneratedKey(caller);
        assertThat(POSTGRES.insertWithGeneratedKey(caller)).isEqualTo(key + 1);
        assertThat(POSTGRES.batchOfHundredInserts(caller)).isEqualTo(100);
        assertThat(POSTGRES.insertWithGeneratedKey(caller)).isEqualTo(key + 102);
        caller.close();
        assertThat(TenantContext.current()).isEmpty();
    }

    /** Of the numbers below {@code count}. */
    private static int sum(int count) {
        return count * (count - 1) / 2;
    }
}
