package io.tenantdatasource.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What came of it.
 *
 * @param sizes how much was done
 * @param tallies of each way
 * @param busyConnections how many were still checked out when all threads had ended
 * @param heap bytes in use after each round
 */
record LoadResult(Sizes sizes, Map<Way, Tally> tallies, int busyConnections, List<Long> heap) {

    LoadResult {
        tallies = Map.copyOf(tallies);
        heap = List.copyOf(heap);
    }

    boolean isClean() {
        return busyConnections == 0 && tallies.values().stream().allMatch(Tally::isClean);
    }

    double perSecond(Way way) {
        return tallies.get(way).operations() / (sizes.rounds() * (sizes.turn().toMillis() / 1000.0));
    }

    /** What was wrong, in words; nothing if nothing was. */
    List<String> mistakes() {
        List<String> mistakes = new ArrayList<>();
        tallies.forEach((way, tally) -> {
            add(mistakes, way, tally.foreignRows(), "foreign rows seen");
            add(mistakes, way, tally.wrongAnswers(), "wrong answers");
            add(mistakes, way, tally.leakedScopes(), "scopes leaked");
            add(
                    mistakes,
                    way,
                    tally.failures(),
                    "failures, the first: " + tally.firstFailure().orElse(null));
        });
        if (busyConnections > 0) {
            mistakes.add(busyConnections + " connections leaked");
        }
        return mistakes;
    }

    private static void add(List<String> mistakes, Way way, long count, String what) {
        if (count > 0) {
            mistakes.add(way.label() + ": " + count + " " + what);
        }
    }
}
