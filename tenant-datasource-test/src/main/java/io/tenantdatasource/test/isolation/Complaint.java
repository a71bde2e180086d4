package io.tenantdatasource.test.isolation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Cells that fail alike, whoever tried on whom, told once. */
record Complaint(Complaint.Alike alike, List<Cell> cells) {

    record Alike(String target, Attempt attempt, String role, Verdict verdict, Optional<Hole> hole) {}

    static List<Complaint> of(IsolationReport report) {
        Map<Alike, List<Cell>> groups = report.failures().stream()
                .collect(Collectors.groupingBy(
                        cell -> new Alike(cell.target(), cell.attempt(), cell.role(), cell.verdict(), cell.hole()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        return groups.entrySet().stream()
                .map(group -> new Complaint(group.getKey(), group.getValue()))
                .toList();
    }

    /** Such as {@code notes: SELECT as authenticated (acme on globex, nobody on acme)}. */
    String subject() {
        return alike.target() + ": " + alike.attempt() + " as " + alike.role() + " ("
                + cells.stream()
                        .map(cell -> cell.tenant() + " on " + cell.victim())
                        .collect(Collectors.joining(", "))
                + ")";
    }

    String cause() {
        return alike.verdict()
                + alike.hole().map(hole -> ", " + hole.description()).orElse("");
    }

    /** Of the first of them. */
    String detail() {
        return cells.get(0).detail();
    }

    String remedy() {
        return cells.get(0).remedy();
    }
}
