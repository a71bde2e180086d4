package io.tenantdatasource.benchmarks.load;

import io.tenantdatasource.test.PostgresServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command: options in, exit code out. */
@Command(
        name = "load",
        usageHelpWidth = 90,
        sortOptions = false,
        description = {
            "Lets many threads of many tenants use a small pool: they read, write, fail, are cancelled, abort, and try to"
                    + " switch tenants. Tells whether anybody saw a foreign row or anything leaked, and how long"
                    + " operations took beside the raw pool.",
            ""
        },
        exitCodeOnExecutionException = Main.NOT_MEASURED,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Nobody saw a foreign row, nothing leaked, nothing failed that should not.",
            "1:Something of that happened.",
            "2:An option is wrong.",
            "3:It could not be measured, for the reason that it gives."
        })
public final class Main implements Callable<Integer> {

    static final int CLEAN = 0;
    static final int NOT_CLEAN = 1;
    static final int NOT_MEASURED = 3;

    @Spec
    private CommandSpec spec;

    @Option(names = "--threads", defaultValue = "2000", description = "Threads at once (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "--virtual", description = "Makes them virtual threads, on JDK 21 or later.")
    private boolean areVirtual;

    @Option(names = "--tenants", defaultValue = "300", description = "Organizations (default: ${DEFAULT-VALUE}).")
    private int tenants;

    @Option(names = "--connections", defaultValue = "8", description = "In the pool (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--rate",
            defaultValue = "1500",
            description = "Operations that begin in a second, whether those before have ended or not"
                    + " (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--seconds", defaultValue = "10", description = "One turn of a way (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--rounds", defaultValue = "4", description = "Turns of each way (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--svg", paramLabel = "<file>", description = "Where to draw the percentiles.")
    private Path svg;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    @SuppressWarnings("unused") // by this class; picocli looks at the annotation alone
    private boolean help;

    private Main() {}

    /**
     * Runs the command and exits with its code.
     *
     * @param arguments the options
     */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main());
    }

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        Sizes sizes = sizes();
        PrintWriter out = spec.commandLine().getOut();
        LoadResult result;
        try {
            result = new Load(sizes, line -> {
                        out.println("  " + line);
                        out.flush();
                    })
                    .run();
        } finally {
            PostgresServer.shared().stop();
        }
        out.println();
        new LatencyTable(result).print(out);
        if (svg != null) {
            Files.writeString(svg, new LatencyChart(result).text());
        }
        out.println(result.isClean() ? "Nobody saw a foreign row, and nothing leaked." : "");
        result.mistakes().forEach(out::println);
        return result.isClean() ? CLEAN : NOT_CLEAN;
    }

    private Sizes sizes() {
        requireAtLeast("--threads", 1, threads);
        requireAtLeast("--tenants", 2, tenants);
        requireAtLeast("--connections", 1, connections);
        requireAtLeast("--rate", 1, rate);
        requireAtLeast("--seconds", 1, seconds);
        requireAtLeast("--rounds", 1, rounds);
        return new Sizes(threads, areVirtual, tenants, connections, rate, Duration.ofSeconds(seconds), rounds);
    }

    private void requireAtLeast(String option, int least, int value) {
        if (value < least) {
            throw new ParameterException(
                    spec.commandLine(), option + " is " + value + ", but has to be " + least + " or more.");
        }
    }
}
