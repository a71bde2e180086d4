package io.tenantdatasource.test.isolation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The cells as people look at them: a line for each target and role, a column for each attempt. */
final class MatrixGrid {

    private final Map<Line, List<Cell>> lines;

    MatrixGrid(List<Cell> cells) {
        this.lines = cells.stream()
                .collect(Collectors.groupingBy(
                        cell -> new Line(cell.target(), cell.role()), LinkedHashMap::new, Collectors.toList()));
    }

    record Line(String target, String role) {}

    /** What several cells say together: the worst of them. */
    enum Sum {
        OPEN("OPEN"),
        BLOCKED("BLOCKED"),
        NOT_TRIED("?"),
        ISOLATED("ok"),
        NOT_GRANTED("-"),
        EMPTY("");

        private final String sign;

        Sum(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }
    }

    /** Those that anything could be tried with. */
    List<Attempt> attempts() {
        return Stream.of(Attempt.values())
                .filter(attempt ->
                        lines.values().stream().flatMap(List::stream).anyMatch(cell -> cell.attempt() == attempt))
                .toList();
    }

    List<Line> lines() {
        return List.copyOf(lines.keySet());
    }

    List<Cell> at(Line line, Attempt attempt) {
        return lines.get(line).stream()
                .filter(cell -> cell.attempt() == attempt)
                .toList();
    }

    Sum sum(Line line, Attempt attempt) {
        return at(line, attempt).stream()
                .map(cell -> sumOf(cell.verdict()))
                .min(Enum::compareTo)
                .orElse(Sum.EMPTY);
    }

    private static Sum sumOf(Verdict verdict) {
        return switch (verdict) {
            case OPEN -> Sum.OPEN;
            case BLOCKED -> Sum.BLOCKED;
            case NOT_TRIED -> Sum.NOT_TRIED;
            case ISOLATED, WORKS -> Sum.ISOLATED;
            case NOT_GRANTED -> Sum.NOT_GRANTED;
        };
    }
}
