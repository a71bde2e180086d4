package io.tenantdatasource.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.AverageTimeResult;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.ScalarResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.options.TimeValue;

/** What JMH measured in turns comes out as the ratios of each way to the raw pool. */
class RatiosTest {

    private static final Task SELECT = new Task("Postgres.selectByKey", "0.4 ms away");

    /** Half as long again as raw, and so on, whatever else slows a cycle of turns down. */
    private static final List<Double> RATIOS = List.of(1.0, 1.5, 2.0, 1.01, 1.03, 3.0, 1.02);

    @Test
    void aRatioIsToTheRawTurnAtItsSide() {
        Ratios ratios = Ratios.of(List.of(round(10, 100, 20)));

        assertThat(ratios.tasks()).containsExactly(SELECT);
        for (Access access : Access.values()) {
            Estimate ratio = ratios.cell(SELECT, access).orElseThrow().ratio().orElseThrow();
            assertThat(ratio.mean())
                    .isCloseTo(RATIOS.get(List.of(Access.values()).indexOf(access)), within(1e-9));
            assertThat(ratio.hasError()).isFalse();
        }
    }

    @Test
    void aRoundsRatioIsTheMedianOfItsTurnsRatiosNotThatOfTwoMedians() {
        List<Double> raw = List.of(10.0, 100.0, 20.0);
        List<Double> others = List.of(30.0, 100.0, 80.0);
        List<IterationResult> turns = IntStream.range(0, raw.size() * Turns.WAYS)
                .mapToObj(turn -> (Turns.at(turn) == Access.RAW ? raw : others).get(turn / Turns.WAYS))
                .map(RatiosTest::iteration)
                .toList();

        Ratios ratios = Ratios.of(List.of(Turns.apart(result(turns))));

        assertThat(ratios.cell(SELECT, Access.CHECKOUT)
                        .orElseThrow()
                        .ratio()
                        .orElseThrow()
                        .mean())
                .isCloseTo(3, within(1e-9));
    }

    @Test
    void aTimeIsTheMedianOfItsTurnsAndTheMeanOfRoundsWithAnError() {
        Ratios ratios = Ratios.of(List.of(round(10, 1000, 10), round(20, 20, 1), round(30, 30, 30)));

        Estimate time = ratios.cell(SELECT, Access.CHECKOUT).orElseThrow().time();
        assertThat(time.mean()).isCloseTo(3 * 20, within(1e-9));
        assertThat(time.error()).isCloseTo(3 * 24.84, within(0.01));
    }

    @Test
    void turnsThatNotAllHadAreLeftOut() {
        List<IterationResult> turns = new ArrayList<>(turns(10, 10));
        turns.add(iteration(1_000_000));
        turns.add(iteration(1_000_000));

        assertThat(Turns.apart(result(turns)))
                .hasSize(Turns.WAYS)
                .allSatisfy(own -> assertThat(own.getAggregatedResult().getIterationResults())
                        .hasSize(2));
    }

    @Test
    void allocationIsStated() {
        assertThat(Ratios.of(List.of(round(10)))
                        .cell(SELECT, Access.RAW)
                        .orElseThrow()
                        .bytes()
                        .mean())
                .isEqualTo(1234);
    }

    /** A cycle of turns for each of the times of raw. */
    private static List<RunResult> round(double... rawTimes) {
        return List.copyOf(Turns.apart(result(turns(rawTimes))));
    }

    private static List<IterationResult> turns(double... rawTimes) {
        List<IterationResult> turns = new ArrayList<>();
        for (int turn = 0; turn < rawTimes.length * Turns.WAYS; turn++) {
            double ratio = RATIOS.get(List.of(Access.values()).indexOf(Turns.at(turn)));
            turns.add(iteration(ratio * rawTimes[turn / Turns.WAYS]));
        }
        return turns;
    }

    private static RunResult result(List<IterationResult> turns) {
        return new RunResult(params(), List.of(new BenchmarkResult(params(), turns)));
    }

    private static IterationResult iteration(double micros) {
        IterationResult iteration = new IterationResult(params(), iterations(IterationType.MEASUREMENT), null);
        iteration.addResult(new AverageTimeResult(
                ResultRole.PRIMARY, "selectByKey", 1000, Math.round(micros * 1_000_000), TimeUnit.MICROSECONDS));
        iteration.addResult(new ScalarResult("gc.alloc.rate.norm", 1234, "B/op", AggregationPolicy.AVG));
        return iteration;
    }

    private static IterationParams iterations(IterationType type) {
        return new IterationParams(type, 10, TimeValue.milliseconds(1), 1);
    }

    static BenchmarkParams params() {
        WorkloadParams workload = new WorkloadParams();
        workload.put("roundTripMicros", "400", 0);
        return new BenchmarkParams(
                PostgresBenchmark.class.getName() + ".selectByKey",
                "generated",
                false,
                1,
                new int[] {1},
                List.of(),
                1,
                0,
                iterations(IterationType.WARMUP),
                iterations(IterationType.MEASUREMENT),
                Mode.AverageTime,
                workload,
                TimeUnit.MICROSECONDS,
                1,
                "java",
                List.of(),
                "17",
                "vm",
                "17",
                "1.37",
                TimeValue.seconds(1));
    }
}
