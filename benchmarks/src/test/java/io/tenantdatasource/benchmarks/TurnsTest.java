package io.tenantdatasource.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.options.TimeValue;

class TurnsTest {

    private static final IterationParams WARMUP =
            new IterationParams(IterationType.WARMUP, 1, TimeValue.milliseconds(1), 1);
    private static final IterationParams MEASURED =
            new IterationParams(IterationType.MEASUREMENT, 1, TimeValue.milliseconds(1), 1);

    @Test
    void eachWayHasATurnBeforeAnyHasItsNextAndThenTheOrderIsTurnedAround() {
        List<Access> order = List.of(Access.values());
        List<Access> around = new ArrayList<>(order);
        Collections.reverse(around);

        assertThat(turns(new Turns(), MEASURED, 3 * order.size()))
                .isEqualTo(Stream.of(order, around, order).flatMap(List::stream).toList());
    }

    @Test
    void theMeasuredTurnsStartWithTheFirstHoweverManyWereForWarmingUp() {
        Turns turns = new Turns();
        turns(turns, WARMUP, 3);

        assertThat(turns(turns, MEASURED, 2)).containsExactly(Access.RAW, Access.SET_RESET);
    }

    @Test
    void theAnnotationsCountAllWays() {
        assertThat(Access.values()).hasSize(Turns.WAYS);
    }

    private static List<Access> turns(Turns turns, IterationParams iteration, int count) {
        return Stream.generate(() -> turns.next(iteration)).limit(count).toList();
    }
}
