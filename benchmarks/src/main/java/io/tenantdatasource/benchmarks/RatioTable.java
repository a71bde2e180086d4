package io.tenantdatasource.benchmarks;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The ratios as tables of text, which Markdown shows as such too: one to look at, and one of all numbers. */
final class RatioTable {

    private static final int RATIO_DIGITS = 2;

    private final Ratios ratios;

    RatioTable(Ratios ratios) {
        this.ratios = ratios;
    }

    void print(PrintStream out) {
        printRatios(out);
        printAll(out);
        out.printf(
                Locale.ROOT,
                "%nMean of the rounds ± half of the %.0f %% confidence interval. Goals are TRANSACTION's.%n",
                100 * Estimate.CONFIDENCE);
    }

    private void printRatios(PrintStream out) {
        out.println();
        out.println(line("| ratio to raw | server |", access -> access.label()) + " goal |");
        out.println(line("|---|---|", access -> "--:") + "--:|");
        for (Task task : ratios.tasksWithServer()) {
            String goal = task.goal().isPresent()
                    ? String.format(Locale.ROOT, "≤ %.2f", task.goal().getAsDouble())
                    : "";
            out.println(line("| " + task.label() + " | " + task.server() + " |", access -> ratio(task, access)) + " "
                    + goal + " |");
        }
    }

    private String ratio(Task task, Access access) {
        return ratios.cell(task, access)
                .flatMap(Ratios.Cell::ratio)
                .map(ratio -> ratio.text(RATIO_DIGITS))
                .orElse("–");
    }

    private static String line(String start, Function<Access, String> cell) {
        return Access.BOUND.stream().map(cell).collect(Collectors.joining(" | ", start + " ", " |"));
    }

    private void printAll(PrintStream out) {
        out.printf("%n| work | server | access | time | ratio to raw | allocated |%n|---|---|---|--:|--:|--:|%n");
        for (Task task : ratios.tasks()) {
            for (Access access : Access.values()) {
                ratios.cell(task, access).ifPresent(cell -> out.println(line(task, access, cell)));
            }
        }
    }

    private String line(Task task, Access access, Ratios.Cell cell) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s %s | %s | %,.0f B |",
                task.label(),
                task.server(),
                access.label(),
                cell.time().text(1),
                cell.unit(),
                access == Access.RAW ? "1" : ratio(task, access),
                cell.bytes().mean());
    }
}
