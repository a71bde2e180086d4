package io.tenantdatasource.test.assertions;

import io.tenantdatasource.TenantContext;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs something for no tenant, also within a test that works for one: on a thread of its own then, which inherits none. */
final class WithoutTenant {

    private WithoutTenant() {}

    static void run(Runnable task) {
        if (TenantContext.current().isEmpty()) {
            task.run();
            return;
        }
        FutureTask<Void> future = new FutureTask<>(task, null);
        new Thread(future, "without-tenant").start();
        try {
            future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Error error ? error : new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while asserting", e);
        }
    }
}
