package io.tenantdatasource.benchmarks.load;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What became of the operations of one way. */
final class Tally {

    private static final int DIGITS = 3;

    private final Histogram micros = new ConcurrentHistogram(DIGITS);
    private final LongAdder foreign = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final LongAdder leakedScopes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final AtomicReference<Throwable> firstFailure = new AtomicReference<>();

    /**
     * An operation has ended.
     *
     * @param time since it was to begin, which a thread that is late counts in as well
     */
    void done(Duration time) {
        micros.recordValue(time.toNanos() / 1000);
    }

    void sawForeignRow() {
        foreign.increment();
    }

    void sawWrongAnswer() {
        wrong.increment();
    }

    void leakedScope() {
        leakedScopes.increment();
    }

    void failed(Throwable failure) {
        failures.increment();
        firstFailure.compareAndSet(null, failure);
    }

    Histogram micros() {
        return micros;
    }

    long operations() {
        return micros.getTotalCount();
    }

    long foreignRows() {
        return foreign.sum();
    }

    long wrongAnswers() {
        return wrong.sum();
    }

    long leakedScopes() {
        return leakedScopes.sum();
    }

    long failures() {
        return failures.sum();
    }

    Optional<Throwable> firstFailure() {
        return Optional.ofNullable(firstFailure.get());
    }

    boolean isClean() {
        return foreignRows() + wrongAnswers() + leakedScopes() + failures() == 0;
    }
}
