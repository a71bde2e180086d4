package io.tenantdatasource.benchmarks.policies;

import java.util.List;
import java.util.stream.IntStream;

/** What was measured, a cell for each query and protection. */
record Results(String serverVersion, Sizes sizes, List<Cell> cells) {

    /**
     * One query on one protection's tables.
     *
     * @param rows how many it found, or counted
     * @param millisByRound what an execution took, the median of each round
     */
    record Cell(Protection protection, Query query, long rows, List<Double> millisByRound) {

        double millis() {
            return Median.of(millisByRound);
        }
    }

    List<Protection> protections() {
        return cells.stream().map(Cell::protection).distinct().toList();
    }

    /** Those that are compared with none. */
    List<Protection> protectionsProper() {
        return protections().stream()
                .filter(protection -> protection != Protection.PLAIN)
                .toList();
    }

    Cell cell(Protection protection, Query query) {
        return cells.stream()
                .filter(cell -> cell.protection() == protection && cell.query() == query)
                .findFirst()
                .orElseThrow();
    }

    /** The median of the ratios of each round, for from one round to the next the whole machine may be slower. */
    double ratio(Cell cell) {
        List<Double> plain = cell(Protection.PLAIN, cell.query()).millisByRound();
        return Median.of(IntStream.range(0, plain.size())
                .mapToObj(round -> cell.millisByRound().get(round) / plain.get(round))
                .toList());
    }

    boolean showTheSameRows() {
        return cells.stream().allMatch(this::showsTheSameRows);
    }

    boolean showsTheSameRows(Cell cell) {
        return cell.rows() == cell(Protection.PLAIN, cell.query()).rows();
    }
}
