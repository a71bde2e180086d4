package io.tenantdatasource.test;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * What is made once, by whoever asks first, while all others wait. What failed once is not tried again: everybody is told
 * the same.
 */
final class Once<T> {

    private final FutureTask<T> making;
    private volatile boolean succeeded;

    Once(Callable<T> making) {
        this.making = new FutureTask<>(() -> {
            T made = making.call();
            succeeded = true;
            return made;
        });
    }

    T get() {
        making.run();
        try {
            return making.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for what another test makes", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        }
    }

    /** Empty before it is made, and if it could not be. */
    Optional<T> made() {
        return succeeded ? Optional.of(get()) : Optional.empty();
    }
}
