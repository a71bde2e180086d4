package io.tenantdatasource.test.wire;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What went over the wire in a certain time. Its text is a table, so that a failed assertion shows all of it.
 *
 * @param roundTrips how often a client spoke after everything that it had asked for was answered, those of logging in
 *     included
 * @param statements in the order in which they were sent, over all connections
 */
public record Recording(int roundTrips, List<RecordedStatement> statements) {

    private static final int WIDEST_TEXT = 100;

    /**
     * Makes one.
     *
     * @param roundTrips the round trips
     * @param statements the statements; copied
     */
    public Recording {
        statements = List.copyOf(statements);
    }

    /**
     * Returns what the application wanted to know or change: neither what binds and resets, nor what is about transactions and
     * sessions. Each statement of a batch is one.
     *
     * @return the statements that are {@linkplain RecordedStatement#isQuery() queries}
     */
    public List<RecordedStatement> queries() {
        return matching(RecordedStatement::isQuery);
    }

    /**
     * Returns the statements by which a {@code TenantDataSource} has bound and reset connections.
     *
     * @return those statements
     */
    public List<RecordedStatement> bindings() {
        return matching(RecordedStatement::ofBinding);
    }

    private List<RecordedStatement> matching(Predicate<RecordedStatement> condition) {
        return statements.stream().filter(condition).toList();
    }

    /**
     * Returns for whom the queries were, as far as the server was {@linkplain RecordedStatement#organization() asked}.
     *
     * @return the organizations' ids, in the order in which they appeared; the empty string among them if a query was for none
     */
    public Set<String> organizations() {
        return queries().stream()
                .map(RecordedStatement::organization)
                .flatMap(Optional::stream)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** A table, with a line for each statement. */
    @Override
    public String toString() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("trip", "connection", "organization", "outcome", "statement"));
        statements.stream().map(Recording::row).forEach(rows::add);
        return "%d round trips, %d statements, of which %d are queries and %d bind or reset%n%s"
                .formatted(
                        roundTrips,
                        statements.size(),
                        queries().size(),
                        bindings().size(),
                        table(rows));
    }

    private static List<String> row(RecordedStatement statement) {
        return List.of(
                String.valueOf(statement.roundTrip()),
                String.valueOf(statement.connection()),
                statement.organization().map(id -> id.isEmpty() ? "none" : id).orElse("not asked"),
                statement.outcome().name().toLowerCase(Locale.ROOT),
                inOneLine((statement.ofBinding() ? "(binding) " : "") + statement.sql()));
    }

    private static String inOneLine(String sql) {
        String line = sql.strip().replaceAll("\\s+", " ");
        return line.length() <= WIDEST_TEXT ? line : line.substring(0, WIDEST_TEXT - 1) + "…";
    }

    private static String table(List<List<String>> rows) {
        return rows.stream()
                .map(row -> line(row, rows).stripTrailing())
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private static String line(List<String> row, List<List<String>> rows) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            int column = i;
            int width = rows.stream()
                    .mapToInt(other -> other.get(column).length())
                    .max()
                    .orElseThrow();
            line.append(row.get(i)).append(" ".repeat(width - row.get(i).length() + 2));
        }
        return line.toString();
    }
}
