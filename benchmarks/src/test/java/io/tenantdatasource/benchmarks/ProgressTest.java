package io.tenantdatasource.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final AtomicLong now = new AtomicLong();
    private final Progress progress = new Progress(new PrintStream(written, true, StandardCharsets.UTF_8), 2, now::get);

    @Test
    void tellsWhatRunsAndHowMuchIsLeftOfAllRounds() {
        progress.startRun();
        progress.startBenchmark(RatiosTest.params());
        progress.println("# Run progress: 0.00% complete, ETA 00:01:00");
        now.addAndGet(TimeUnit.SECONDS.toNanos(20));
        progress.startBenchmark(RatiosTest.params());
        progress.println("# Run progress: 50,00% complete, ETA 00:00:30");
        now.addAndGet(TimeUnit.SECONDS.toNanos(20));
        progress.startRun();
        progress.startBenchmark(RatiosTest.params());
        progress.println("# Run progress: 50.00% complete, ETA 00:00:30");

        assertThat(written.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "  0 %, just begun, round 1 of 2: one SELECT by key, 0.4 ms away, all ways in turns",
                        " 25 %, 1:00 left, round 1 of 2: one SELECT by key, 0.4 ms away, all ways in turns",
                        " 75 %, 0:13 left, round 2 of 2: one SELECT by key, 0.4 ms away, all ways in turns");
    }

    @Test
    void passesErrorsOnAndNoComments() {
        progress.println("# Fork: 1 of 1");
        progress.println("");
        progress.println("<failure>");
        progress.println("# *** WARNING: something is odd");

        assertThat(written.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("<failure>", "# *** WARNING: something is odd");
    }
}
