package io.tenantdatasource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** One run of a task for each of some tenants. */
final class TenantRun {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final TenantTask task;
    private final List<Tenant> tenants;
    private final EachTenant.OnFailure onFailure;
    private final Consumer<EachTenant.Progress> progress;

    /** Around the listener, which may take its time: a virtual thread that waits for it gives up its carrier. */
    private final ReentrantLock telling = new ReentrantLock();

    private int told;

    /** Around all that follows; never held while code of others runs. */
    private final Object lock = new Object();

    private final List<Thread> workers = new ArrayList<>();
    private final Map<Tenant, Optional<Throwable>> ended = new HashMap<>();
    private int begun;
    private boolean stopped;

    TenantRun(
            TenantTask task,
            List<Tenant> tenants,
            EachTenant.OnFailure onFailure,
            Consumer<EachTenant.Progress> progress) {
        this.task = task;
        this.tenants = tenants;
        this.onFailure = onFailure;
        this.progress = progress;
    }

    /** Begins with no thread-local of whoever makes it; the class loader is what libraries find their parts with. */
    static Thread newThread(Runnable work) {
        Thread thread = new Thread(null, work, "each-tenant-" + NUMBER.incrementAndGet(), 0, false);
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        return thread;
    }

    void run(int parallelism, ThreadFactory threads) {
        if (parallelism <= 1) {
            workHere();
        } else {
            workOn(parallelism, threads);
        }
    }

    /** Whatever has interrupted this thread, it is to stop. */
    private void workHere() {
        while (!Thread.currentThread().isInterrupted()) {
            Optional<Tenant> next = next();
            if (next.isEmpty()) {
                return;
            }
            if (runFor(next.get()).orElse(null) instanceof InterruptedException) {
                Thread.currentThread().interrupt(); // whoever throws it has taken the mark off
            }
        }
    }

    private void workOn(int parallelism, ThreadFactory threads) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        try {
            for (int i = 0; i < parallelism; i++) {
                start(Objects.requireNonNull(threads.newThread(this::work), "the factory's thread is null"));
            }
        } catch (RuntimeException | Error e) {
            stop();
            join();
            throw e;
        }
        join();
    }

    private void start(Thread worker) {
        synchronized (lock) {
            worker.start();
            workers.add(worker);
        }
    }

    private void work() {
        for (Optional<Tenant> next = next(); next.isPresent(); next = next()) {
            runFor(next.get());
        }
    }

    /** Waits for all threads, also when it is interrupted: what still runs is to be in the report. */
    private void join() {
        boolean interrupted = false;
        for (Thread worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                    stop();
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() {
        synchronized (lock) {
            stopped = true;
            workers.forEach(Thread::interrupt);
        }
    }

    /** On a thread of this run, what the last task has left of an interruption is not for the next one. */
    private Optional<Tenant> next() {
        synchronized (lock) {
            if (stopped || begun == tenants.size()) {
                return Optional.empty();
            }
            if (workers.contains(Thread.currentThread())) {
                Thread.interrupted();
            }
            return Optional.of(tenants.get(begun++));
        }
    }

    private Optional<Throwable> runFor(Tenant tenant) {
        Optional<Throwable> failure = failureOf(tenant);
        synchronized (lock) {
            ended.put(tenant, failure);
            stopped |= failure.filter(this::stops).isPresent();
        }
        tell(tenant, failure);
        return failure;
    }

    private boolean stops(Throwable failure) {
        return failure instanceof Error || onFailure == EachTenant.OnFailure.STOP;
    }

    /** An error too: on a thread of this run it would end that thread, and be missing in the report. */
    private Optional<Throwable> failureOf(Tenant tenant) {
        try (var scope = TenantContext.open(tenant)) {
            task.run(tenant);
            return Optional.empty();
        } catch (Throwable failure) {
            return Optional.of(failure);
        }
    }

    private void tell(Tenant tenant, Optional<Throwable> failure) {
        telling.lock();
        try (var scope = TenantContext.openWithoutTenant()) {
            progress.accept(new EachTenant.Progress(tenant, failure, ++told, tenants.size()));
        } catch (Throwable thrown) {
            LoggerFactory.getLogger(EachTenant.class).warn("{} threw; the run goes on", progress, thrown);
        } finally {
            telling.unlock();
        }
    }

    EachTenantReport report(List<Tenant> skipped) {
        List<Tenant> done = new ArrayList<>();
        Map<Tenant, Throwable> failed = new LinkedHashMap<>();
        List<Tenant> notReached = new ArrayList<>();
        for (Tenant tenant : tenants) {
            Optional<Throwable> failure = ended.get(tenant);
            if (failure == null) {
                notReached.add(tenant);
            } else if (failure.isPresent()) {
                failed.put(tenant, failure.get());
            } else {
                done.add(tenant);
            }
        }
        return new EachTenantReport(done, failed, skipped, notReached);
    }
}
