package io.tenantdatasource;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.sql.DataSource;

/**
 * Runs something once for each tenant: a nightly job, or a migration of data.
 *
 * <pre>{@code
 * EachTenant.from(maintenance, "select id from organizations order by id")
 *         .run(tenant -> jdbc.update("update invoices set total = net + tax where total is null"))
 *         .throwIfFailed();
 * }</pre>
 *
 * <p><b>The tenants</b> are read as a whole before anything runs, while no tenant is set. So a source that fails has changed
 * nothing, and no connection is held while tasks wait for one. A tenant that is listed twice runs once; one that is null is
 * refused.
 *
 * <p><b>Each task</b> runs within a scope of {@link TenantContext} for its tenant. It takes the connections that it opens
 * itself, and no others, so a pool needs as many for each of the {@linkplain #parallelism(int) threads} as one task holds at a
 * time. A scope that it leaves open is closed after it, and counts as a failure.
 *
 * <p><b>Threads.</b> By default tasks run on the thread that calls {@code run}, one after the other. With more parallelism they
 * run on threads of their own, which begin with nothing of the caller's but its class loader, and have ended when {@code run}
 * returns.
 *
 * <p><b>Interrupting</b> the thread that calls {@code run} stops it: no task begins any more, those that run on other threads are
 * interrupted, and it waits until they have ended. It returns its report, and the thread is still interrupted. On its own
 * thread a task that catches the interruption and keeps it to itself goes unnoticed, as in any loop.
 *
 * <p>Each wither returns a new object, this one stays as it is. Immutable, so safe to share between threads if the source is.
 * No argument may be null ({@link NullPointerException}).
 */
public final class EachTenant {

    /** What happens to the other tenants when the task fails for one. */
    public enum OnFailure {
        /** It runs for them all the same. */
        CONTINUE,
        /** It is begun for none any more. Those that it is running for are not interrupted. */
        STOP
    }

    /**
     * How far a run has come.
     *
     * @param tenant for whom a task has just ended
     * @param failure what it threw, or empty if it succeeded
     * @param ended for how many it has ended in this run, this one included
     * @param total for how many it is to run, without those that are skipped
     */
    public record Progress(Tenant tenant, Optional<Throwable> failure, int ended, int total) {}

    private final TenantSource source;
    private final int parallelism;
    private final ThreadFactory threads;
    private final OnFailure onFailure;
    private final Consumer<Progress> progress;
    private final Skipping skipping;

    private EachTenant(
            TenantSource source,
            int parallelism,
            ThreadFactory threads,
            OnFailure onFailure,
            Consumer<Progress> progress,
            Skipping skipping) {
        this.source = source;
        this.parallelism = parallelism;
        this.threads = threads;
        this.onFailure = onFailure;
        this.progress = progress;
        this.skipping = skipping;
    }

    /** Tells those to skip of all, in their order. */
    @FunctionalInterface
    private interface Skipping {
        Set<Tenant> of(Set<Tenant> tenants);
    }

    /**
     * Works for the tenants of a source.
     *
     * @param source asked anew by each run
     * @return a run with all defaults
     */
    public static EachTenant of(TenantSource source) {
        Objects.requireNonNull(source, "source is null");
        return new EachTenant(source, 1, TenantRun::newThread, OnFailure.CONTINUE, ended -> {}, tenants -> Set.of());
    }

    /**
     * Works for the organizations that a query finds, see {@link TenantSource#from}.
     *
     * @param maintenance where to ask: a bare pool, as a role that sees all organizations
     * @param sql a query with one column, the organization's id
     * @return a run with all defaults
     */
    public static EachTenant from(DataSource maintenance, String sql) {
        return of(TenantSource.from(maintenance, sql));
    }

    /**
     * Says for how many tenants at a time the task runs. A pool that has fewer connections than these tasks hold together lets
     * them wait for each other, and for ever if each holds one and wants another.
     *
     * @param tasks the most that run at a time, 1 by default; no more than the pool has connections
     * @return a run with that
     * @throws IllegalArgumentException if it is less than 1
     */
    public EachTenant parallelism(int tasks) {
        if (tasks < 1) {
            throw new IllegalArgumentException(
                    "parallelism is " + tasks + ", but at least one task has to run at a time");
        }
        return new EachTenant(source, tasks, threads, onFailure, progress, skipping);
    }

    /**
     * Says which threads the tasks run on if {@link #parallelism} is more than 1: one is made for each task that runs at a time, and
     * ends with the run. Such as {@code Thread.ofVirtual().factory()}, or what takes a context of the caller's along.
     *
     * @param threads makes them; platform threads by default
     * @return a run with that
     */
    public EachTenant threads(ThreadFactory threads) {
        Objects.requireNonNull(threads, "threads is null");
        return new EachTenant(source, parallelism, threads, onFailure, progress, skipping);
    }

    /**
     * Says what happens to the other tenants when the task fails for one. An {@link Error} always stops.
     *
     * @param onFailure the rule; {@link OnFailure#CONTINUE} by default
     * @return a run with that
     */
    public EachTenant onFailure(OnFailure onFailure) {
        Objects.requireNonNull(onFailure, "onFailure is null");
        return new EachTenant(source, parallelism, threads, onFailure, progress, skipping);
    }

    /**
     * Has a listener told whenever a task has ended: one call at a time, on the thread of the task, for no tenant. The next tasks of
     * other threads wait for it, so it has to be quick. What it throws is logged and changes nothing.
     *
     * @param progress the listener, instead of the one before
     * @return a run with that
     */
    public EachTenant progress(Consumer<Progress> progress) {
        Objects.requireNonNull(progress, "progress is null");
        return new EachTenant(source, parallelism, threads, onFailure, progress, skipping);
    }

    /**
     * Leaves tenants out, beside those that are left out already. Asked for each tenant before anything runs, on the thread that calls
     * {@code run}; what it throws, {@code run} throws. To go on after an earlier run: {@code skip(report.done()::contains)}.
     *
     * @param skipped tells whom to leave out
     * @return a run with that
     */
    public EachTenant skip(Predicate<Tenant> skipped) {
        Objects.requireNonNull(skipped, "skipped is null");
        return skipping(tenants -> {
            Set<Tenant> found = new LinkedHashSet<>(tenants);
            found.removeIf(skipped.negate());
            return found;
        });
    }

    /**
     * Leaves out all tenants up to this one, in the order of the source: the last that a run without parallelism has done, and whose
     * failures are mended. The source has to have an order.
     *
     * @param last the last one to leave out. If the source does not have it, {@code run} throws {@link IllegalStateException} before
     *     anything runs
     * @return a run with that
     */
    public EachTenant resumeAfter(Tenant last) {
        Objects.requireNonNull(last, "last is null");
        return skipping(tenants -> {
            List<Tenant> ordered = new ArrayList<>(tenants);
            int index = ordered.indexOf(last);
            if (index < 0) {
                throw new IllegalStateException("Cannot resume after " + TenantNames.of(last)
                        + ", which is not among the " + ordered.size() + " tenants of the source; nothing has run");
            }
            return new LinkedHashSet<>(ordered.subList(0, index + 1));
        });
    }

    private EachTenant skipping(Skipping more) {
        return new EachTenant(source, parallelism, threads, onFailure, progress, tenants -> {
            Set<Tenant> both = new LinkedHashSet<>(skipping.of(tenants));
            both.addAll(more.of(tenants));
            return both;
        });
    }

    /**
     * Runs the task for each tenant, and returns when that is over. What the task throws is in the report, and nowhere else: ask it.
     *
     * @param task what to run
     * @return what has become of each tenant
     * @throws SQLException if the source fails; nothing has run
     * @throws NullPointerException if the source returns null, or a tenant that is null; nothing has run
     * @throws RuntimeException what the source, a rule of {@link #skip}, or the {@linkplain #threads factory of threads} throws. No task
     *     runs any more by then
     */
    public EachTenantReport run(TenantTask task) throws SQLException {
        Objects.requireNonNull(task, "task is null");
        Set<Tenant> all = all();
        Set<Tenant> skipped = skipping.of(all);
        List<Tenant> toRun =
                all.stream().filter(tenant -> !skipped.contains(tenant)).toList();
        TenantRun run = new TenantRun(task, toRun, onFailure, progress);
        run.run(Math.min(parallelism, toRun.size()), threads);
        return run.report(all.stream().filter(skipped::contains).toList());
    }

    private Set<Tenant> all() throws SQLException {
        List<Tenant> listed;
        try (var scope = TenantContext.openWithoutTenant()) {
            listed = Objects.requireNonNull(source.tenants(), "the source's list of tenants is null; nothing has run");
        }
        Set<Tenant> all = new LinkedHashSet<>();
        for (Tenant tenant : listed) {
            all.add(Objects.requireNonNull(
                    tenant, () -> "a tenant of the source is null, after " + all.size() + " others; nothing has run"));
        }
        return all;
    }
}
