package io.tenantdatasource.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantdatasource.test.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

class MainTest {

    @TempDir
    private Path directory;

    @Test
    void measuresReportsAndDrawsEveryWayOfAccess() throws Exception {
        Path json = directory.resolve("all.json");
        Path svg = directory.resolve("all.svg");
        List<List<RunResult>> rounds = measure(
                "Postgres.*selectByKey",
                "-p",
                "roundTripMicros=0",
                "-f",
                "1",
                "-wi",
                "1",
                "-w",
                "1ms",
                "-i",
                "11",
                "-r",
                "1ms");
        Main.report(rounds, json, Optional.of(svg));

        assertThat(rounds).hasSize(1);
        for (Access access : Access.values()) {
            assertThat(Files.readString(json)).contains("\"access\" : \"" + access + "\"");
        }
        assertThat(Files.readString(svg)).contains("loopback: one SELECT by key: SET/RESET by hand ");
    }

    private static List<List<RunResult>> measure(String... arguments) throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            return Main.run(new CommandLineOptions(arguments), database.administrator());
        }
    }

    @Test
    void takesTheFileToDrawInOutOfTheArguments() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-f", "5", "--svg", "docs/performance.svg", "Postgres"));

        assertThat(Main.takeSvg(arguments)).contains(Path.of("docs/performance.svg"));
        assertThat(arguments).containsExactly("-f", "5", "Postgres");
        assertThat(Main.takeSvg(arguments)).isEmpty();
    }

    @Test
    void refusesToDrawWithoutAFile() {
        List<String> arguments = new ArrayList<>(List.of("--svg"));

        assertThatThrownBy(() -> Main.takeSvg(arguments))
                .isInstanceOf(CommandLineOptionException.class)
                .hasMessageContaining("--svg");
    }
}
