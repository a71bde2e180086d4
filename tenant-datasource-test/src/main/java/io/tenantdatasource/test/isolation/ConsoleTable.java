package io.tenantdatasource.test.isolation;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A report in plain text. */
final class ConsoleTable {

    private ConsoleTable() {}

    static String of(IsolationReport report) {
        List<List<String>> rows = rows(new MatrixGrid(report.cells()));
        List<Integer> widths = IntStream.range(0, rows.get(0).size())
                .mapToObj(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElseThrow())
                .toList();
        String table = rows.stream().map(row -> line(row, widths)).collect(Collectors.joining("\n"));
        return table + "\n\n" + summary(report);
    }

    private static List<List<String>> rows(MatrixGrid grid) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(Stream.concat(
                        Stream.of("", "role"),
                        grid.attempts().stream().map(a -> a.name().toLowerCase(java.util.Locale.ROOT)))
                .toList());
        for (MatrixGrid.Line line : grid.lines()) {
            rows.add(Stream.concat(
                            Stream.of(line.target(), line.role()),
                            grid.attempts().stream()
                                    .map(attempt -> grid.sum(line, attempt).sign()))
                    .toList());
        }
        return rows;
    }

    private static String line(List<String> row, List<Integer> widths) {
        return IntStream.range(0, row.size())
                .mapToObj(
                        i -> row.get(i) + " ".repeat(widths.get(i) - row.get(i).length()))
                .collect(Collectors.joining("  "))
                .stripTrailing();
    }

    private static String summary(IsolationReport report) {
        if (report.isolates()) {
            return report.cells().size() + " cells, nothing got through";
        }
        return report.failures().size() + " of " + report.cells().size() + " cells fail:\n"
                + Complaint.of(report).stream().map(ConsoleTable::complaint).collect(Collectors.joining("\n"));
    }

    private static String complaint(Complaint complaint) {
        return "- " + complaint.target() + ": " + complaint.cause()
                + complaint.evidence().stream()
                        .map(evidence -> "\n    " + evidence)
                        .collect(Collectors.joining())
                + (complaint.remedy().isEmpty() ? "" : "\n    next: " + complaint.remedy());
    }
}
