package io.tenantdatasource.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;

/** What each way of access costs, compared with the raw pool of the same round. */
final class Ratios {

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    /**
     * What one way of access cost for one task.
     *
     * @param unit of the time
     * @param time an operation took
     * @param ratio of the time to that of the raw pool, which may not have been measured
     * @param bytes an operation allocated
     */
    record Cell(String unit, Estimate time, Optional<Estimate> ratio, Estimate bytes) {}

    /** The same of one round: medians, as a machine's hiccup is no part of the price. */
    private record Round(String unit, double time, Optional<Double> ratio, double bytes) {}

    private final Map<Task, Map<Access, Cell>> cells = new LinkedHashMap<>();

    /** From what JMH measured, a list of results for each round. */
    static Ratios of(List<? extends Collection<RunResult>> rounds) {
        Map<Task, Map<Access, List<Round>>> all = new LinkedHashMap<>();
        for (Collection<RunResult> round : rounds) {
            byTask(round)
                    .forEach((task, results) -> results.forEach((access, result) -> all.computeIfAbsent(
                                    task, t -> new EnumMap<>(Access.class))
                            .computeIfAbsent(access, a -> new ArrayList<>())
                            .add(round(result, Optional.ofNullable(results.get(Access.RAW))))));
        }
        Ratios ratios = new Ratios();
        all.forEach(
                (task, byAccess) -> byAccess.forEach((access, ofRounds) -> ratios.add(task, access, cell(ofRounds))));
        return ratios;
    }

    private static Map<Task, Map<Access, RunResult>> byTask(Collection<RunResult> round) {
        Map<Task, Map<Access, RunResult>> byTask = new LinkedHashMap<>();
        for (RunResult result : round) {
            Access access = Access.valueOf(result.getParams().getParam(Turns.ACCESS));
            byTask.computeIfAbsent(Task.of(result.getParams()), task -> new EnumMap<>(Access.class))
                    .put(access, result);
        }
        return byTask;
    }

    private static Round round(RunResult result, Optional<RunResult> raw) {
        List<Double> times = times(result);
        return new Round(
                result.getPrimaryResult().getScoreUnit(),
                median(times),
                raw.map(Ratios::times).map(rawTimes -> medianRatio(times, rawTimes)),
                median(bytes(result)));
    }

    /** Each iteration's ratio is to the raw one at its side, with which it shares how fast the machine was. */
    private static double medianRatio(List<Double> times, List<Double> rawTimes) {
        return median(IntStream.range(0, Math.min(times.size(), rawTimes.size()))
                .mapToObj(i -> times.get(i) / rawTimes.get(i))
                .toList());
    }

    private static List<Double> times(RunResult result) {
        return iterations(result)
                .map(iteration -> iteration.getPrimaryResult().getScore())
                .toList();
    }

    private static List<Double> bytes(RunResult result) {
        return iterations(result)
                .map(iteration -> iteration.getSecondaryResults().get(ALLOCATED).getScore())
                .toList();
    }

    private static Stream<IterationResult> iterations(RunResult result) {
        return result.getBenchmarkResults().stream().flatMap(fork -> fork.getIterationResults().stream());
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1)
                .average()
                .orElseThrow();
    }

    private static Cell cell(List<Round> rounds) {
        return new Cell(
                rounds.get(0).unit(),
                Estimate.of(rounds.stream().map(Round::time).toList()),
                ratio(rounds.stream().flatMap(round -> round.ratio().stream()).toList()),
                Estimate.of(rounds.stream().map(Round::bytes).toList()));
    }

    private static Optional<Estimate> ratio(List<Double> rounds) {
        return rounds.isEmpty() ? Optional.empty() : Optional.of(Estimate.of(rounds));
    }

    void add(Task task, Access access, Cell cell) {
        cells.computeIfAbsent(task, t -> new EnumMap<>(Access.class)).put(access, cell);
    }

    /** What was measured: with a server first, all distances to it side by side. */
    List<Task> tasks() {
        return cells.keySet().stream().sorted(PostgresWork.ORDER).toList();
    }

    /** Those of them whose ratios mean something: any price is many times that of doing nothing. */
    List<Task> tasksWithServer() {
        return tasks().stream()
                .filter(task -> !task.server().equals(Task.NO_SERVER))
                .toList();
    }

    Optional<Cell> cell(Task task, Access access) {
        return Optional.ofNullable(cells.get(task)).map(byAccess -> byAccess.get(access));
    }
}
