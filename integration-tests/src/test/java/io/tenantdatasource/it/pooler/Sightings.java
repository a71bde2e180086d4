package io.tenantdatasource.it.pooler;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/** What was seen while many threads worked for many organizations. */
final class Sightings {

    private final LongAdder own = new LongAdder();
    private final LongAdder foreign = new LongAdder();
    private final LongAdder nothing = new LongAdder();
    private final LongAdder written = new LongAdder();
    private final Set<String> failures = ConcurrentHashMap.newKeySet();

    private Sightings() {}

    /** Lets threads do all sorts of {@link Work}, each for an organization drawn by lot. */
    static Sightings of(TenantDataSource dataSource, int threads, int checkouts) throws Exception {
        Sightings sightings = new Sightings();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            var tasks = IntStream.range(0, threads)
                    .mapToObj(seed -> sightings.task(dataSource, new Random(seed), checkouts / threads))
                    .toList();
            for (Future<Void> task : pool.invokeAll(tasks)) {
                task.get();
            }
        } finally {
            pool.shutdownNow();
        }
        return sightings;
    }

    private Callable<Void> task(TenantDataSource dataSource, Random lot, int checkouts) {
        return () -> {
            for (int i = 0; i < checkouts; i++) {
                Work work = drawn(List.of(Work.values()), lot);
                Tenant tenant = drawn(Notes.ORGANIZATIONS, lot);
                try (TenantContext.Scope scope = TenantContext.open(tenant);
                        Connection connection = dataSource.getConnection()) {
                    written.add(work.of(new Author(connection, tenant, this)));
                } catch (SQLException | IllegalStateException e) { // the driver's own, at an answer it did not expect
                    failures.add(work + ": " + e);
                }
            }
            return null;
        };
    }

    private static <T> T drawn(List<T> all, Random lot) {
        return all.get(lot.nextInt(all.size()));
    }

    void saw(String organization, Tenant tenant) {
        if (organization.equals(tenant.organizationId())) {
            own.increment();
        } else if (Notes.ORGANIZATIONS.contains(Tenant.of(organization))) {
            foreign.increment();
        } else {
            nothing.increment();
        }
    }

    void sawNothing() {
        nothing.increment();
    }

    long own() {
        return own.sum();
    }

    long foreign() {
        return foreign.sum();
    }

    /** How often an author did not even see their own organization's notes. */
    long nothing() {
        return nothing.sum();
    }

    /** How many notes are there to stay. */
    long written() {
        return written.sum();
    }

    Set<String> failures() {
        return failures;
    }
}
