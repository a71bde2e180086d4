package io.tenantdatasource.test.isolation;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What else a row may hold, for holes that are open for some rows only: what is null filled, what is true false, and what
 * policies, views and functions compare a column with.
 */
final class Variants {

    private static final int MOST_CONSTANTS = 12;
    private static final Pattern CONSTANT = Pattern.compile("'((?:[^']|'')*+)'|(?<![\\w.'$])(\\d{1,9})(?![\\w.'])");

    private final Candidates candidates;
    private final Ownership ownership;
    private final List<String> expressions;

    Variants(Candidates candidates, Ownership ownership, List<String> expressions) {
        this.candidates = candidates;
        this.ownership = ownership;
        this.expressions = expressions;
    }

    /** What to put into copies of a row: into one for all columns first, then into one for each. */
    List<Map<String, String>> of(GeneratedRow row, int number) throws SQLException {
        Map<String, String> all = new LinkedHashMap<>();
        List<Map<String, String>> single = new ArrayList<>();
        for (Column column : row.relation().columns()) {
            if (isFree(row.relation(), column)) {
                String former = row.values().get(column.name());
                List<String> others = others(column, former, number);
                others.stream().findFirst().ifPresent(other -> all.put(column.name(), other));
                Stream.concat(others.stream().limit(1), constants(column, former).stream())
                        .distinct()
                        .forEach(other -> single.add(Map.of(column.name(), other)));
            }
        }
        return Stream.concat(Stream.of(all), single.stream())
                .filter(values -> !values.isEmpty())
                .distinct()
                .toList();
    }

    private boolean isFree(Relation table, Column column) {
        return !column.generated()
                && !table.isUnique(column.name())
                && !table.isReference(column.name())
                && !ownership.columns(table).contains(column.name());
    }

    private List<String> others(Column column, String former, int number) throws SQLException {
        if (column.category().equals("B")) {
            return List.of("true".equals(former) ? "false" : "true");
        }
        return former == null ? candidates.of(column, number, List.of()) : List.of();
    }

    /** Of texts, numbers and enums; what a column cannot take the server refuses. */
    private List<String> constants(Column column, String former) {
        if (!List.of("S", "E", "N").contains(column.category())) {
            return List.of();
        }
        Pattern name = Pattern.compile("(?<!\\w)" + Pattern.quote(column.name()) + "(?!\\w)");
        return expressions.stream()
                .filter(expression -> name.matcher(expression).find())
                .flatMap(expression -> CONSTANT.matcher(expression).results().map(Variants::constant))
                .filter(constant -> !constant.equals(former))
                .distinct()
                .limit(MOST_CONSTANTS)
                .collect(Collectors.toList());
    }

    private static String constant(MatchResult match) {
        return match.group(1) != null ? match.group(1).replace("''", "'") : match.group(2);
    }

    /** The same row with these values, without what has to differ and comes by itself. */
    static Map<String, String> copy(GeneratedRow row, Map<String, String> others, Map<String, String> keys) {
        Map<String, String> copy = new HashMap<>(row.values());
        row.relation().columns().stream()
                .filter(c -> row.relation().isUnique(c.name()) && c.hasDefault())
                .map(Column::name)
                .forEach(copy::remove);
        copy.putAll(keys);
        copy.putAll(others);
        return copy;
    }
}
