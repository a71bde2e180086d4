package io.tenantdatasource.benchmarks.policies;

import java.io.PrintWriter;

/** A bar for each task that only ever grows to the right, so that it reads well in a log too. */
final class Progress {

    private static final int STEPS = 40;
    private static final int STEPS_A_NUMBER = 4;

    private final PrintWriter out;
    private long total;
    private long done;
    private int shown;

    Progress(PrintWriter out) {
        this.out = out;
    }

    void start(String task, long units) {
        total = units;
        done = 0;
        shown = 0;
        out.printf("%-36s 0", task);
        out.flush();
    }

    void advance(long units) {
        done += units;
        while (shown < STEPS && done * STEPS >= (shown + 1) * total) {
            shown++;
            out.print(shown % STEPS_A_NUMBER == 0 ? Integer.toString(100 * shown / STEPS) : ".");
        }
        if (done >= total) {
            out.println(" %");
        }
        out.flush();
    }
}
