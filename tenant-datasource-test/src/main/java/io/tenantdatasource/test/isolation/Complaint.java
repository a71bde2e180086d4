package io.tenantdatasource.test.isolation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is wrong with a target, told once, with all attempts that show it. */
record Complaint(String target, Verdict verdict, Optional<Hole> hole, String remedy, List<Evidence> evidence) {

    /** What was tried by a role, for whom on whose rows, and what the first of them brought. */
    record Evidence(Attempt attempt, String role, List<Cell> cells) {

        @Override
        public String toString() {
            return attempt + " as " + role + " ("
                    + cells.stream()
                            .map(cell -> cell.tenant() + " on " + cell.victim())
                            .collect(Collectors.joining(", "))
                    + ")" + (detail().isEmpty() ? "" : ": " + detail());
        }

        String detail() {
            return cells.get(0).detail();
        }
    }

    private record Cause(String target, Verdict verdict, Optional<Hole> hole, String remedy) {}

    private record Try(Attempt attempt, String role) {}

    static List<Complaint> of(IsolationReport report) {
        Map<Cause, List<Cell>> causes = report.failures().stream()
                .collect(Collectors.groupingBy(
                        cell -> new Cause(cell.target(), cell.verdict(), cell.hole(), cell.remedy()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        return causes.entrySet().stream()
                .map(entry -> of(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Complaint of(Cause cause, List<Cell> cells) {
        Map<Try, List<Cell>> tries = cells.stream()
                .collect(Collectors.groupingBy(
                        cell -> new Try(cell.attempt(), cell.role()), LinkedHashMap::new, Collectors.toList()));
        return new Complaint(
                cause.target(),
                cause.verdict(),
                cause.hole(),
                cause.remedy(),
                tries.entrySet().stream()
                        .map(entry -> new Evidence(
                                entry.getKey().attempt(), entry.getKey().role(), entry.getValue()))
                        .toList());
    }

    String cause() {
        return verdict + hole.map(h -> ", " + h.description()).orElse("");
    }
}
