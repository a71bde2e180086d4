package io.tenantdatasource.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;

/**
 * The ways of access take turns, an iteration each, within one JVM and on the same connections: a machine's speed on
 * loopback drifts by more, within seconds, than what is to be told apart. Each time all had one, the order is turned
 * around, so that who comes first has no advantage.
 */
final class Turns {

    static final String ACCESS = "access";

    /** How many ways there are, for annotations. */
    static final int WAYS = 7;

    private static final List<Access> ORDER = List.of(Access.values());

    private IterationType type = IterationType.WARMUP;
    private int next;

    /** Whose turn the iteration that starts now is. The measured ones start anew, however many were for warming up. */
    Access next(IterationParams iteration) {
        if (iteration.getType() != type) {
            type = iteration.getType();
            next = 0;
        }
        return at(next++);
    }

    static Access at(int turn) {
        int place = turn % WAYS;
        boolean backwards = turn / WAYS % 2 == 1;
        return ORDER.get(backwards ? WAYS - 1 - place : place);
    }

    /** Tells a result's ways of access apart, as if each had been a parameter. */
    static Collection<RunResult> apart(RunResult result) {
        return result.getParams().getParamsKeys().contains(ACCESS) ? List.of(result) : taken(result);
    }

    private static Collection<RunResult> taken(RunResult result) {
        Map<Access, RunResult> byAccess = new EnumMap<>(Access.class);
        for (Access access : Access.values()) {
            List<BenchmarkResult> own = new ArrayList<>();
            for (BenchmarkResult fork : result.getBenchmarkResults()) {
                own.add(new BenchmarkResult(with(access, fork.getParams()), iterationsOf(access, fork)));
            }
            byAccess.put(access, new RunResult(with(access, result.getParams()), own));
        }
        return byAccess.values();
    }

    /** Leaves out the last ones where not all ways had their turn, as if somebody chose how many there are. */
    private static List<IterationResult> iterationsOf(Access access, BenchmarkResult fork) {
        List<IterationResult> all = List.copyOf(fork.getIterationResults());
        int complete = all.size() / WAYS * WAYS;
        List<IterationResult> own = new ArrayList<>();
        for (int turn = 0; turn < complete; turn++) {
            if (at(turn) == access) {
                own.add(all.get(turn));
            }
        }
        return own;
    }

    private static BenchmarkParams with(Access access, BenchmarkParams params) {
        return new BenchmarkParams(
                params.getBenchmark(),
                params.generatedBenchmark(),
                params.shouldSynchIterations(),
                params.getThreads(),
                params.getThreadGroups(),
                params.getThreadGroupLabels(),
                params.getForks(),
                params.getWarmupForks(),
                params.getWarmup(),
                ownPart(params.getMeasurement()),
                params.getMode(),
                with(access, workload(params)),
                params.getTimeUnit(),
                params.getOpsPerInvocation(),
                params.getJvm(),
                params.getJvmArgs(),
                params.getJdkVersion(),
                params.getVmName(),
                params.getVmVersion(),
                params.getJmhVersion(),
                params.getTimeout());
    }

    private static IterationParams ownPart(IterationParams all) {
        return new IterationParams(all.getType(), all.getCount() / WAYS, all.getTime(), all.getBatchSize());
    }

    private static WorkloadParams workload(BenchmarkParams params) {
        WorkloadParams workload = new WorkloadParams();
        params.getParamsKeys().forEach(key -> workload.put(key, params.getParam(key), 0));
        return workload;
    }

    private static WorkloadParams with(Access access, WorkloadParams workload) {
        workload.put(ACCESS, access.name(), ORDER.indexOf(access));
        return workload;
    }
}
