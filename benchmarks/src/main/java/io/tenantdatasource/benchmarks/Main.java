package io.tenantdatasource.benchmarks;

import io.tenantdatasource.test.PostgresServer;
import io.tenantdatasource.test.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Runs the benchmarks in rounds, each one fork of everything, and prints what each way of access costs as a ratio to the
 * raw pool of its round. Takes JMH's arguments; {@code -f} says how many rounds, {@code -v} brings JMH's own output back.
 * {@code --svg} names a file to draw the ratios in.
 */
public final class Main {

    private static final int ROUNDS = 3;
    private static final String SVG = "--svg";

    private Main() {}

    /**
     * Runs them.
     *
     * @param arguments JMH's arguments, and {@code --svg}; none runs everything
     */
    public static void main(String[] arguments) throws CommandLineOptionException, IOException, RunnerException {
        List<String> forJmh = new ArrayList<>(List.of(arguments));
        Optional<Path> svg = takeSvg(forJmh);
        CommandLineOptions commandLine = new CommandLineOptions(forJmh.toArray(String[]::new));
        if (commandLine.shouldHelp()) {
            System.out.println(SVG + " <file> draws the ratios; -f <int> says how many rounds (default: " + ROUNDS
                    + "). All else is JMH's:");
            commandLine.showHelp();
        } else if (commandLine.shouldList()) {
            new Runner(commandLine).list();
        } else {
            report(run(commandLine), json(commandLine), svg);
        }
    }

    /** Takes that option out of {@code arguments}, which JMH would not know. */
    static Optional<Path> takeSvg(List<String> arguments) throws CommandLineOptionException {
        int option = arguments.indexOf(SVG);
        if (option < 0) {
            return Optional.empty();
        }
        if (option + 1 == arguments.size()) {
            throw new CommandLineOptionException(SVG + " needs a file");
        }
        arguments.remove(option);
        return Optional.of(Path.of(arguments.remove(option)));
    }

    private static Path json(CommandLineOptions commandLine) {
        return Path.of(commandLine.getResult().orElse(System.getProperty("benchmarks.result", "benchmarks.json")));
    }

    private static List<List<RunResult>> run(CommandLineOptions commandLine) throws RunnerException {
        System.setProperty("java.class.path", classPath());
        try (TestDatabase database = TestDatabase.create()) {
            return run(commandLine, database.administrator());
        } finally {
            PostgresServer.shared().stop();
        }
    }

    /** Runs all rounds; all forks use the server of this process. */
    static List<List<RunResult>> run(CommandLineOptions commandLine, PGSimpleDataSource server) throws RunnerException {
        int rounds = commandLine.getForkCount().orElse(ROUNDS);
        Options oneRound = oneRound(commandLine, server);
        OutputFormat output = commandLine.verbosity().hasValue()
                ? OutputFormatFactory.createFormatInstance(
                        System.out, commandLine.verbosity().get())
                : new Progress(System.out, rounds);
        List<List<RunResult>> results = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            results.add(new Runner(oneRound, output)
                    .run().stream()
                            .flatMap(result -> Turns.apart(result).stream())
                            .toList());
        }
        return results;
    }

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

    static void report(List<List<RunResult>> rounds, Path json, Optional<Path> svg) throws IOException {
        Ratios ratios = Ratios.of(rounds);
        new RatioTable(ratios).print(System.out);
        try (PrintStream out = new PrintStream(json.toFile(), StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(merged(rounds));
        }
        System.out.println("All numbers: " + json.toAbsolutePath());
        if (svg.isPresent()) {
            Files.writeString(svg.get(), new RatioChart(ratios).text());
            System.out.println("Drawn: " + svg.get().toAbsolutePath());
        }
    }

    /** As if each round had been a further fork. */
    private static List<RunResult> merged(List<List<RunResult>> rounds) {
        Map<BenchmarkParams, List<BenchmarkResult>> byBenchmark = new LinkedHashMap<>();
        for (List<RunResult> round : rounds) {
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
