package io.tenantdatasource.test.isolation;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Lets the server find values that pass the checks of a table, among candidates. */
final class ValueSearch {

    /** What the server tries for one table takes a second at most. */
    private static final int MOST_COMBINATIONS = 5000;

    private final Session session;

    ValueSearch(Session session) {
        this.session = session;
    }

    /**
     * Finds a value for each column.
     *
     * @param candidates by column, the best first; null stands for null
     * @throws NoSuchRow if there are none
     */
    Map<String, String> find(Relation table, Map<String, List<String>> candidates) throws SQLException, NoSuchRow {
        Map<String, String> found = new LinkedHashMap<>();
        for (Set<String> group : groups(table, candidates.keySet())) {
            found.putAll(findTogether(table, group, candidates));
        }
        return found;
    }

    /** Columns that a check reads together have to be found together. */
    private static List<Set<String>> groups(Relation table, Set<String> columns) {
        List<Set<String>> groups = new ArrayList<>();
        columns.forEach(column -> groups.add(new LinkedHashSet<>(Set.of(column))));
        for (Relation.Check check : table.checks()) {
            List<Set<String>> joined = groups.stream()
                    .filter(group -> check.columns().stream().anyMatch(group::contains))
                    .toList();
            groups.removeAll(joined);
            joined.stream()
                    .reduce((one, other) -> {
                        one.addAll(other);
                        return one;
                    })
                    .ifPresent(groups::add);
        }
        return groups;
    }

    private Map<String, String> findTogether(Relation table, Set<String> group, Map<String, List<String>> candidates)
            throws SQLException, NoSuchRow {
        List<String> columns = List.copyOf(group);
        List<Relation.Check> checks = table.checks().stream()
                .filter(check -> check.columns().stream().anyMatch(group::contains))
                .toList();
        List<List<String>> values = columns.stream().map(candidates::get).collect(Collectors.toList());
        shorten(values);
        List<List<String>> found = checks.isEmpty()
                ? List.of(values.stream().map(list -> list.get(0)).collect(Collectors.toList()))
                : search(table, columns, values, checks);
        if (found.isEmpty()) {
            throw new NoSuchRow("no values for " + String.join(", ", columns) + " were found that pass "
                    + checks.stream().map(Relation.Check::expression).collect(Collectors.joining(" and ")));
        }
        Map<String, String> byColumn = new LinkedHashMap<>();
        IntStream.range(0, columns.size())
                .forEach(i -> byColumn.put(columns.get(i), found.get(0).get(i)));
        return byColumn;
    }

    private static void shorten(List<List<String>> values) {
        while (values.stream().mapToLong(List::size).reduce(1, Math::multiplyExact) > MOST_COMBINATIONS) {
            int longest = IntStream.range(0, values.size())
                    .boxed()
                    .max(Comparator.comparing(i -> values.get(i).size()))
                    .orElseThrow();
            List<String> list = values.get(longest);
            values.set(longest, list.subList(0, list.size() - 1));
        }
    }

    private List<List<String>> search(
            Relation table, List<String> columns, List<List<String>> values, List<Relation.Check> checks)
            throws SQLException {
        String sources = IntStream.range(0, columns.size())
                .mapToObj(i -> "unnest(?::text[]) with ordinality as c" + i + " (v, position)")
                .collect(Collectors.joining(" cross join "));
        String row = IntStream.range(0, columns.size())
                .mapToObj(i -> "format('%L::%s as %I', c" + i + ".v, "
                        + Sql.literal(table.column(columns.get(i)).orElseThrow().type()) + ", "
                        + Sql.literal(columns.get(i)) + ")")
                .collect(Collectors.joining(" || ', ' || "));
        String all = checks.stream()
                .map(check -> "pg_temp.passes(" + Sql.literal(check.expression()) + ", " + row + ")")
                .collect(Collectors.joining(" and "));
        String selected =
                IntStream.range(0, columns.size()).mapToObj(i -> "c" + i + ".v").collect(Collectors.joining(", "));
        String order = IntStream.range(0, columns.size())
                .mapToObj(i -> "c" + i + ".position")
                .collect(Collectors.joining(" + "));
        return session.query(
                "select " + selected + " from " + sources + " where " + all + " order by " + order + " limit 1",
                statement -> {
                    for (int i = 0; i < values.size(); i++) {
                        statement.setArray(i + 1, session.texts(values.get(i)));
                    }
                },
                result -> {
                    List<String> found = new ArrayList<>();
                    for (int i = 1; i <= columns.size(); i++) {
                        found.add(result.getString(i));
                    }
                    return found;
                });
    }
}
