package io.tenantdatasource.test.isolation;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A report as a page that needs nothing else, and that can be read without seeing colours. */
final class HtmlPage {

    private static final String STYLES = Sql.script("report.css");

    private static final String LEGEND =
            "<p class=\"legend\">A stripe for each pair of tenants: <i class=\"isolated\"></i> isolated, or works for its"
                    + " own; <i class=\"open\"></i> open; <i class=\"blocked\"></i> its own are blocked; <i"
                    + " class=\"not-tried\"></i> could not be tried; <i class=\"not-granted\"></i> not granted.</p>\n";

    private final IsolationReport report;
    private final MatrixGrid grid;

    private HtmlPage(IsolationReport report) {
        this.report = report;
        this.grid = new MatrixGrid(report.cells());
    }

    static String of(IsolationReport report) {
        return new HtmlPage(report).page();
    }

    private String page() {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Isolation matrix</title>\n"
                + "<style>\n" + STYLES + "</style>\n</head>\n<body>\n<h1>Isolation matrix</h1>\n<p class=\""
                + (report.isolates() ? "ok" : "open") + "\">" + escaped(summary()) + "</p>\n" + picture() + LEGEND
                + failures()
                + "</body>\n</html>\n";
    }

    private String summary() {
        return report.isolates()
                ? report.cells().size() + " cells, nothing got through."
                : report.failures().size() + " of " + report.cells().size() + " cells fail.";
    }

    private String picture() {
        String head = grid.attempts().stream()
                .map(attempt -> "<th scope=\"col\">" + attempt.name().toLowerCase(Locale.ROOT) + "</th>")
                .collect(Collectors.joining());
        return "<table>\n<thead><tr><th scope=\"col\">object</th><th scope=\"col\">role</th>" + head
                + "</tr></thead>\n<tbody>\n"
                + grid.lines().stream().map(this::line).collect(Collectors.joining()) + "</tbody>\n</table>\n";
    }

    private String line(MatrixGrid.Line line) {
        return "<tr><th scope=\"row\">" + escaped(line.target()) + "</th><td>" + escaped(line.role()) + "</td>"
                + grid.attempts().stream().map(attempt -> square(line, attempt)).collect(Collectors.joining())
                + "</tr>\n";
    }

    /** One stripe for each pair of tenants; the words are there for those who do not see the colours. */
    private String square(MatrixGrid.Line line, Attempt attempt) {
        List<Cell> cells = grid.at(line, attempt);
        if (cells.isEmpty()) {
            return "<td></td>";
        }
        String stripes = cells.stream()
                .map(cell -> "<i class=\"" + cssClass(cell.verdict()) + "\" title=\""
                        + escaped(cell.tenant() + " on " + cell.victim() + ": " + cell.verdict()) + "\"></i>")
                .collect(Collectors.joining());
        MatrixGrid.Sum sum = grid.sum(line, attempt);
        return "<td><span class=\"stripes\">" + stripes + "</span><span class=\"sign\">" + escaped(sum.sign())
                + "</span></td>";
    }

    private static String cssClass(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private String failures() {
        if (report.isolates()) {
            return "";
        }
        return "<h2>What to mend</h2>\n<ul>\n"
                + Complaint.of(report).stream()
                        .map(complaint -> "<li>" + told(complaint) + "</li>\n")
                        .collect(Collectors.joining())
                + "</ul>\n";
    }

    private static String told(Complaint complaint) {
        String evidence = complaint.evidence().stream()
                .map(e -> "<li><code>" + escaped(e.toString()) + "</code></li>\n")
                .collect(Collectors.joining());
        return "<strong>" + escaped(complaint.target()) + "</strong>: " + escaped(complaint.cause()) + "."
                + (complaint.remedy().isEmpty() ? "" : " Next: <code>" + escaped(complaint.remedy()) + "</code>")
                + "\n<ul>\n" + evidence + "</ul>\n";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
