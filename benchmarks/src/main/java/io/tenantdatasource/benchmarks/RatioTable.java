package io.tenantdatasource.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.ListStatistics;

/** What each way of access costs, compared with the raw pool of the same round. */
final class RatioTable {

    private static final String ACCESS = "access";
    private static final double CONFIDENCE = 0.95;

    /** What was measured, and by which way of access; each list has one value a round. */
    private static final class Line {
        private String unit;
        private final List<Double> times = new ArrayList<>();
        private final List<Double> ratios = new ArrayList<>();
        private final List<Double> bytes = new ArrayList<>();
    }

    private final Map<String, Map<Access, Line>> lines = new LinkedHashMap<>();

    void add(Collection<RunResult> round) {
        Map<String, Map<Access, RunResult>> byBenchmark = new LinkedHashMap<>();
        for (RunResult result : round) {
            Access access = Access.valueOf(result.getParams().getParam(ACCESS));
            byBenchmark
                    .computeIfAbsent(nameOf(result.getParams()), name -> new TreeMap<>())
                    .put(access, result);
        }
        byBenchmark.forEach((name, results) -> results.forEach((access, result) -> {
            Line line = lines.computeIfAbsent(name, n -> new TreeMap<>()).computeIfAbsent(access, a -> new Line());
            double time = timeOf(result);
            line.unit = result.getPrimaryResult().getScoreUnit();
            line.times.add(time);
            line.bytes.add(
                    result.getSecondaryResults().get("gc.alloc.rate.norm").getScore());
            if (results.containsKey(Access.RAW)) {
                line.ratios.add(time / timeOf(results.get(Access.RAW)));
            }
        }));
    }

    private static double timeOf(RunResult result) {
        return result.getPrimaryResult().getScore();
    }

    private static String nameOf(BenchmarkParams benchmark) {
        StringBuilder name =
                new StringBuilder(benchmark.getBenchmark().replaceFirst(".*\\.(\\w+)Benchmark\\.(\\w+)$", "$1: $2"));
        for (String parameter : benchmark.getParamsKeys()) {
            if (!parameter.equals(ACCESS)) {
                name.append(", ").append(parameter).append(' ').append(benchmark.getParam(parameter));
            }
        }
        return name.toString();
    }

    void print(PrintStream out) {
        out.printf("%n| benchmark | access | time | ratio to RAW | bytes allocated |%n|---|---|--:|--:|--:|%n");
        lines.forEach((name, byAccess) -> byAccess.forEach((access, line) -> out.printf(
                "| %s | %s | %s %s | %s | %.0f |%n",
                name,
                access,
                withError(line.times, 1),
                line.unit,
                access == Access.RAW ? "1" : withError(line.ratios, 2),
                statistics(line.bytes).getMean())));
        out.printf("%nMean of the rounds ± half of the %.0f %% confidence interval.%n", 100 * CONFIDENCE);
    }

    private static String withError(List<Double> values, int digits) {
        String format = "%." + digits + "f";
        ListStatistics statistics = statistics(values);
        String mean = format.formatted(statistics.getMean());
        return values.size() < 3 ? mean : mean + " ± " + format.formatted(statistics.getMeanErrorAt(CONFIDENCE));
    }

    private static ListStatistics statistics(List<Double> values) {
        return new ListStatistics(
                values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
