package io.tenantdatasource.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/** What runs and how long all the rest will take, a line each, in place of the many lines that JMH has for it. */
final class Progress implements OutputFormat {

    /** JMH tells only in words how much of a round is done. */
    private static final Pattern DONE = Pattern.compile("# Run progress: (\\d+[.,]\\d+)% complete.*");

    private final PrintStream out;
    private final LongSupplier nanoTime;
    private final int rounds;
    private final long start;
    private int round;
    private String running = "";

    Progress(PrintStream out, int rounds) {
        this(out, rounds, System::nanoTime);
    }

    Progress(PrintStream out, int rounds, LongSupplier nanoTime) {
        this.out = out;
        this.rounds = rounds;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    @Override
    public void startRun() {
        round++;
    }

    @Override
    public void startBenchmark(BenchmarkParams params) {
        Task task = Task.of(params);
        String access =
                params.getParamsKeys().contains(Turns.ACCESS) ? params.getParam(Turns.ACCESS) : "all ways in turns";
        running = task.label() + ", " + task.server() + ", " + access;
    }

    /** Passes on what is no comment, such as an error. */
    @Override
    public void println(String line) {
        Matcher done = DONE.matcher(line);
        if (done.matches()) {
            printProgress(Double.parseDouble(done.group(1).replace(',', '.')) / 100);
        } else if (!line.isBlank() && (!line.startsWith("#") || line.contains("WARNING"))) {
            out.println(line);
        }
    }

    private void printProgress(double doneOfRound) {
        double done = (round - 1 + doneOfRound) / rounds;
        out.printf(Locale.ROOT, "%3.0f %%, %s, round %d of %d: %s%n", 100 * done, left(done), round, rounds, running);
        out.flush();
    }

    private String left(double done) {
        if (done == 0) {
            return "just begun";
        }
        Duration left = Duration.ofNanos(Math.round((nanoTime.getAsLong() - start) * (1 - done) / done));
        return String.format(Locale.ROOT, "%d:%02d left", left.toMinutes(), left.toSecondsPart());
    }

    @Override
    public void print(String text) {
        out.print(text);
    }

    @Override
    public void write(int b) {
        out.write(b);
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {}

    @Override
    public void verbosePrintln(String line) {}

    @Override
    public void iteration(BenchmarkParams benchmark, IterationParams iteration, int number) {}

    @Override
    public void iterationResult(
            BenchmarkParams benchmark, IterationParams iteration, int number, IterationResult result) {}

    @Override
    public void endBenchmark(BenchmarkResult result) {}

    @Override
    public void endRun(Collection<RunResult> results) {}
}
