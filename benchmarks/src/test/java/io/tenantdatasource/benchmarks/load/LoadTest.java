package io.tenantdatasource.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadTest {

    private static final Sizes SHORT = new Sizes(60, false, 20, 3, 400, Duration.ofSeconds(2), 1);

    @Test
    void manyThreadsOfManyTenantsSeeTheirOwnRowsAndLeakNothing() throws Exception {
        LoadResult result = new Load(SHORT, line -> {}).run();

        assertThat(result.mistakes()).isEmpty();
        assertThat(result.isClean()).isTrue();
        assertThat(result.tallies()).containsOnlyKeys(Way.values());
        assertThat(result.tallies().values())
                .allSatisfy(tally -> assertThat(tally.operations()).isGreaterThan(100));
    }

    @Test
    void eachThreadBeginsAsOftenAsTheRateOfAllAsksFor() {
        assertThat(SHORT.interval()).isEqualTo(Duration.ofMillis(150));
    }

    @Test
    void whatIsWrongIsToldByWay() {
        Tally raw = new Tally();
        Tally bound = new Tally();
        bound.sawForeignRow();
        bound.failed(new IllegalStateException("as it was told"));
        LoadResult result = result(raw, bound, 1);

        assertThat(result.isClean()).isFalse();
        assertThat(result.mistakes())
                .containsExactlyInAnyOrder(
                        "CHECKOUT: 1 foreign rows seen",
                        "CHECKOUT: 1 failures, the first: java.lang.IllegalStateException: as it was told",
                        "1 connections leaked");
    }

    @Test
    void theTableAndTheChartHaveThePercentilesOfEachWay() {
        Tally raw = new Tally();
        Tally bound = new Tally();
        for (int i = 1; i <= 100; i++) {
            raw.done(Duration.ofMillis(i));
            bound.done(Duration.ofMillis(2L * i));
        }
        LoadResult result = result(raw, bound, 0);
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        new LatencyTable(result).print(writer);
        writer.flush();

        assertThat(out.toString())
                .contains("| ms | operations | a second | 50 % | 90 % | 99 % | 99.9 % | max |")
                .contains("| raw pool | 100 | 50 | 50.0 | 90.0 | 99.0 | 100.")
                .contains("| CHECKOUT | 100 | 50 | 100.0 | 180.")
                .contains("Heap in use after each round: 12 MB.");
        assertThat(new LatencyChart(result).text()).contains("99.9 %", "raw pool", "CHECKOUT", "TRANSACTION");
    }

    private static LoadResult result(Tally raw, Tally bound, int busy) {
        return new LoadResult(
                SHORT,
                Map.of(Way.RAW, raw, Way.CHECKOUT, bound, Way.TRANSACTION, new Tally()),
                busy,
                List.of(12_000_000L));
    }
}
