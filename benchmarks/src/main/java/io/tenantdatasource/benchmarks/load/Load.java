package io.tenantdatasource.benchmarks.load;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** Lets all ways have their turns on one pool, so that each meets the machine as the others do. */
final class Load {

    private final Sizes sizes;
    private final Consumer<String> progress;

    Load(Sizes sizes, Consumer<String> progress) {
        this.sizes = sizes;
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @return what became of the operations
     */
    LoadResult run() throws InterruptedException, ExecutionException {
        Map<Way, Tally> tallies = new EnumMap<>(Way.class);
        List<Long> heap = new ArrayList<>();
        try (LoadDatabase database = new LoadDatabase(sizes.tenants());
                HikariDataSource pool = pool(database)) {
            Map<Way, DataSource> dataSources = new EnumMap<>(Way.class);
            for (Way way : Way.values()) {
                dataSources.put(way, way.over(pool));
                turn(way, dataSources.get(way), database, new Tally(), 0); // to warm up
                tallies.put(way, new Tally());
            }
            for (int round = 0; round < sizes.rounds(); round++) {
                for (Way way : Way.values()) {
                    progress.accept("round " + (round + 1) + " of " + sizes.rounds() + ": " + way.label());
                    turn(way, dataSources.get(way), database, tallies.get(way), round + 1);
                }
                heap.add(usedHeap());
            }
            int busy = pool.getHikariPoolMXBean().getActiveConnections();
            return new LoadResult(sizes, tallies, busy, heap);
        }
    }

    private HikariDataSource pool(LoadDatabase database) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.user());
        config.setMaximumPoolSize(sizes.connections());
        config.setConnectionTimeout(60_000);
        return new HikariDataSource(config);
    }

    private void turn(Way way, DataSource dataSource, LoadDatabase database, Tally tally, int round)
            throws InterruptedException, ExecutionException {
        long end = System.nanoTime() + sizes.turn().toNanos();
        ExecutorService threads = sizes.areVirtual() ? virtualThreads() : Executors.newFixedThreadPool(sizes.threads());
        List<Future<?>> clients = new ArrayList<>();
        for (int i = 0; i < sizes.threads(); i++) {
            clients.add(threads.submit(new Client(
                    way,
                    dataSource,
                    database.organizations(),
                    tally,
                    sizes.interval(),
                    end,
                    (long) round * sizes.threads() + i)));
        }
        for (Future<?> client : clients) {
            client.get();
        }
        threads.shutdown();
    }

    /** Which the oldest JDK that this compiles on does not know. */
    private static ExecutorService virtualThreads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This JDK has no virtual threads: take 21 or later", e);
        }
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
