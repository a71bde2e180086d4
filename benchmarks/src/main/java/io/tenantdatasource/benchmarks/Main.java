package io.tenantdatasource.benchmarks;

import io.tenantdatasource.test.PostgresServer;
import io.tenantdatasource.test.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Runs the benchmarks in rounds, each one fork of everything, so that what else the machine does falls on all ways of
 * access alike, and prints what each costs as a ratio to the raw pool of its round. Takes JMH's arguments; {@code -f}
 * says how many rounds.
 */
public final class Main {

    private static final int ROUNDS = 3;

    private Main() {}

    /**
     * Runs them.
     *
     * @param args JMH's arguments; none runs everything
     */
    public static void main(String[] args) throws CommandLineOptionException, IOException, RunnerException {
        CommandLineOptions commandLine = new CommandLineOptions(args);
        if (commandLine.shouldHelp()) {
            commandLine.showHelp();
        } else if (commandLine.shouldList()) {
            new Runner(commandLine).list();
        } else {
            report(run(commandLine), commandLine);
        }
    }

    private static List<Collection<RunResult>> run(CommandLineOptions commandLine) throws RunnerException {
        System.setProperty("java.class.path", classPath());
        List<Collection<RunResult>> rounds = new ArrayList<>();
        try (TestDatabase database = TestDatabase.create()) {
            Options oneRound = oneRound(commandLine, database.administrator());
            for (int i = 0; i < commandLine.getForkCount().orElse(ROUNDS); i++) {
                rounds.add(new Runner(oneRound).run());
            }
        } finally {
            PostgresServer.shared().stop();
        }
        return rounds;
    }

    /** All forks use the server of this process. */
    private static Options oneRound(CommandLineOptions commandLine, PGSimpleDataSource server) {
        return new OptionsBuilder()
                .parent(commandLine)
                .forks(1)
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .jvmArgsAppend(
                        "-Dtenant-datasource.test.url=" + server.getURL(),
                        "-Dtenant-datasource.test.user=" + server.getUser())
                .build();
    }

    /** That of this program, for JMH's forks: under {@code exec:java} the property holds Maven's own. */
    private static String classPath() {
        if (!(Main.class.getClassLoader() instanceof URLClassLoader loader)) {
            return System.getProperty("java.class.path");
        }
        return Arrays.stream(loader.getURLs())
                .map(url -> Path.of(URI.create(url.toString())).toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static void report(List<Collection<RunResult>> rounds, CommandLineOptions commandLine) throws IOException {
        Path json = Path.of(commandLine.getResult().orElse(System.getProperty("benchmarks.result", "benchmarks.json")));
        try (PrintStream out = new PrintStream(json.toFile(), StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(merged(rounds));
        }
        RatioTable table = new RatioTable();
        rounds.forEach(table::add);
        table.print(System.out);
        System.out.println("All numbers: " + json.toAbsolutePath());
    }

    /** As if each round had been a further fork. */
    private static List<RunResult> merged(List<Collection<RunResult>> rounds) {
        Map<BenchmarkParams, List<BenchmarkResult>> byBenchmark = new LinkedHashMap<>();
        for (Collection<RunResult> round : rounds) {
            for (RunResult result : round) {
                byBenchmark
                        .computeIfAbsent(result.getParams(), params -> new ArrayList<>())
                        .addAll(result.getBenchmarkResults());
            }
        }
        return byBenchmark.entrySet().stream()
                .map(entry -> new RunResult(entry.getKey(), entry.getValue()))
                .toList();
    }
}
