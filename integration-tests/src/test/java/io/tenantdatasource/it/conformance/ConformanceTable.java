package io.tenantdatasource.it.conformance;

import io.tenantdatasource.test.conformance.ConformanceReport;
import io.tenantdatasource.test.conformance.Promise;
import io.tenantdatasource.test.conformance.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Who keeps what, and at which price, as {@code docs/conformance.md} has it. */
final class ConformanceTable {

    private static final Path PAGE = Path.of("..", "docs", "conformance.md");
    private static final String START = "<!-- who keeps what -->\n";
    private static final String END = "<!-- end of who keeps what -->\n";

    /** What came of a candidate. */
    record Column(ConformanceReport report, Verdict pooledInAutocommit, Verdict pooledInTransactions) {}

    private final Map<Candidate, Column> columns;
    private final List<String> lines = new ArrayList<>();

    private ConformanceTable(Map<Candidate, Column> columns) {
        this.columns = columns;
    }

    static String of(Map<Candidate, Column> columns) {
        ConformanceTable table = new ConformanceTable(columns);
        table.head();
        for (Promise.Subject subject : Promise.Subject.values()) {
            table.promisesOf(subject);
        }
        table.pooler();
        table.price();
        return String.join("\n", table.lines) + "\n";
    }

    private void head() {
        lines.add("| | " + columns.keySet().stream().map(Candidate::label).collect(Collectors.joining(" | ")) + " |");
        lines.add("|---|" + "---|".repeat(columns.size()));
    }

    private void promisesOf(Promise.Subject subject) {
        heading(subject.toString());
        Arrays.stream(Promise.values())
                .filter(promise -> promise.subject() == subject)
                .forEach(promise -> row(
                        promise.words(),
                        column -> cell(column.report().of(promise).verdict())));
    }

    private void pooler() {
        heading("Two tenants share a session, behind PgBouncer in transaction mode");
        row("in autocommit", column -> cell(column.pooledInAutocommit()));
        row("in transactions", column -> cell(column.pooledInTransactions()));
    }

    private void price() {
        heading("Round trips from `getConnection()` to `close()`");
        row("one SELECT in autocommit", column -> cell(column.report().price().inAutocommit()));
        row(
                "one SELECT in a transaction",
                column -> cell(column.report().price().inTransaction()));
    }

    private void heading(String words) {
        lines.add("| **" + words + "** |" + " |".repeat(columns.size()));
    }

    private void row(String words, Function<Column, String> cell) {
        lines.add("| " + words + " | " + columns.values().stream().map(cell).collect(Collectors.joining(" | ")) + " |");
    }

    private static String cell(Verdict verdict) {
        return verdict.isBroken() ? verdict.toString() : "✓";
    }

    private static String cell(OptionalInt roundTrips) {
        return roundTrips.isPresent() ? String.valueOf(roundTrips.getAsInt()) : "–";
    }

    static String documented() throws IOException {
        String page = Files.readString(PAGE);
        return page.substring(page.indexOf(START) + START.length(), page.indexOf(END));
    }

    static void update(String table) throws IOException {
        String page = Files.readString(PAGE);
        Files.writeString(
                PAGE,
                page.substring(0, page.indexOf(START) + START.length()) + table + page.substring(page.indexOf(END)));
    }
}
