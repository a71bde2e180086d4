package io.tenantdatasource.benchmarks.policies;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The results as a table of text, which Markdown shows as one too. */
final class TextTable {

    private static final int FIRST_WIDTH = 15;
    private static final int WIDTH = 14;

    private final Results results;

    TextTable(Results results) {
        this.results = results;
    }

    void print(PrintWriter out) {
        Sizes sizes = results.sizes();
        out.println();
        out.println(line("", Stream.of(Query.values()).map(Query::label)));
        out.println(line("---", Stream.of(Query.values()).map(query -> "---:")));
        for (Protection protection : results.protections()) {
            out.println(line(protection.label(), Stream.of(Query.values()).map(query -> text(protection, query))));
        }
        out.println();
        out.printf(
                Locale.ROOT,
                "PostgreSQL %s, %,d organizations, %,d users, %,d sessions: %,d of them of S, %d %% of B.%n",
                results.serverVersion(),
                sizes.organizations(),
                sizes.users(),
                sizes.sessions(),
                results.cell(Protection.PLAIN, Query.COUNT_SMALL).rows(),
                100 / Sizes.ONE_OF_LARGE_IN);
        out.printf(
                Locale.ROOT,
                "Milliseconds (ratio to no row security), medians of %d interleaved rounds.%n",
                sizes.rounds());
        tellOfOtherRows(out);
        out.flush();
    }

    private String text(Protection protection, Query query) {
        Results.Cell cell = results.cell(protection, query);
        String millis = Numbers.threeDigits(cell.millis());
        return protection == Protection.PLAIN ? millis : millis + " (" + Numbers.ratio(results.ratio(cell)) + ")";
    }

    private static String line(String first, Stream<String> others) {
        return others.map(text -> String.format("%" + WIDTH + "s", text))
                .collect(Collectors.joining(" | ", String.format("| %-" + FIRST_WIDTH + "s | ", first), " |"));
    }

    private void tellOfOtherRows(PrintWriter out) {
        for (Results.Cell cell : results.cells()) {
            if (!results.showsTheSameRows(cell)) {
                out.printf(
                        Locale.ROOT,
                        "OTHER ROWS: %s, %s: %,d instead of %,d.%n",
                        cell.protection().label(),
                        cell.query().label(),
                        cell.rows(),
                        results.cell(Protection.PLAIN, cell.query()).rows());
            }
        }
    }
}
