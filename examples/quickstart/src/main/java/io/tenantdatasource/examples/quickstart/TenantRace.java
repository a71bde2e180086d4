package io.tenantdatasource.examples.quickstart;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/**
 * Many threads on a small pool. Each one keeps picking an organization, checks out a connection for it, and holds every
 * row that it is shown against the {@link Oracle}.
 */
final class TenantRace {

    private static final int PAGE = 20;

    private final String countSessions = Sql.read("count-sessions.sql");
    private final String newestSessions = Sql.read("newest-sessions.sql");
    private final String sessionByToken = Sql.read("session-by-token.sql");

    private final DataSource dataSource;
    private final Oracle oracle;
    private final int threads;
    private final Duration duration;
    private final Map<Organization, Tally> tallies = new HashMap<>();
    private final Handovers handovers = new Handovers();
    private volatile boolean stopped;

    TenantRace(DataSource dataSource, Oracle oracle, int threads, Duration duration) {
        this.dataSource = dataSource;
        this.oracle = oracle;
        this.threads = threads;
        this.duration = duration;
        oracle.organizations().forEach(organization -> tallies.put(organization, new Tally()));
    }

    /** Runs until the time is over, one thread fails, or the calling thread is interrupted. Tells how far it is once a second. */
    RaceResult run(Consumer<RaceResult> everySecond) throws SQLException, InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch running = new CountDownLatch(threads);
            List<Future<?>> runners = start(executor, running);
            while (!running.await(1, TimeUnit.SECONDS)) {
                everySecond.accept(result());
            }
            throwWhatFailed(runners);
            return result();
        } finally {
            stopped = true;
            executor.shutdownNow();
            executor.awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    private List<Future<?>> start(ExecutorService executor, CountDownLatch running) {
        long end = System.nanoTime() + duration.toNanos();
        List<Future<?>> runners = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            SplittableRandom random = new SplittableRandom(i);
            runners.add(executor.submit(() -> {
                try {
                    runUntil(end, random);
                    return null;
                } finally {
                    running.countDown();
                }
            }));
        }
        return runners;
    }

    private void runUntil(long end, SplittableRandom random) throws SQLException {
        try {
            while (!stopped && System.nanoTime() - end < 0) {
                workFor(anyOf(oracle.organizations(), random), random);
            }
        } catch (SQLException | RuntimeException e) {
            stopped = true;
            throw e;
        }
    }

    private static void throwWhatFailed(List<Future<?>> runners) throws SQLException, InterruptedException {
        for (Future<?> runner : runners) {
            try {
                runner.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof SQLException failure) {
                    throw failure;
                }
                throw new IllegalStateException("A thread of the race failed", e.getCause());
            }
        }
    }

    private void workFor(Organization organization, SplittableRandom random) throws SQLException {
        Tally tally = tallies.get(organization);
        List<UserSession> own = oracle.sessionsOf(organization);
        Predicate<UUID> isForeign = id -> oracle.isForeign(id, organization);
        try (var scope = TenantContext.open(Tenant.of(organization.id()));
                Connection connection = dataSource.getConnection()) {
            tally.checkedOut();
            handovers.add(connection.unwrap(PGConnection.class).getBackendPID(), organization.id());
            tally.counted(count(connection), own.size());
            tally.shown(newest(connection), Math.min(PAGE, own.size()), isForeign);
            tally.shown(byToken(connection, anyOf(own, random)), 1, isForeign);
            tally.shown(byToken(connection, anyForeign(organization, random)), 0, isForeign);
        }
    }

    private long count(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(countSessions)) {
            result.next();
            return result.getLong(1);
        }
    }

    private List<UUID> newest(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(newestSessions)) {
            statement.setInt(1, PAGE);
            return ids(statement);
        }
    }

    private List<UUID> byToken(Connection connection, UserSession session) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sessionByToken)) {
            statement.setString(1, session.token().value());
            return ids(statement);
        }
    }

    private static List<UUID> ids(PreparedStatement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery()) {
            List<UUID> ids = new ArrayList<>();
            while (result.next()) {
                ids.add(result.getObject("id", UUID.class));
            }
            return ids;
        }
    }

    private UserSession anyForeign(Organization reader, SplittableRandom random) {
        Organization other = reader;
        while (other.equals(reader)) {
            other = anyOf(oracle.organizations(), random);
        }
        return anyOf(oracle.sessionsOf(other), random);
    }

    private static <T> T anyOf(List<T> choices, SplittableRandom random) {
        return choices.get(random.nextInt(choices.size()));
    }

    private RaceResult result() {
        return new RaceResult(
                oracle.organizations().stream()
                        .map(organization -> tallies.get(organization)
                                .sightings(
                                        organization,
                                        oracle.sessionsOf(organization).size()))
                        .toList(),
                handovers.connections(),
                handovers.count());
    }
}
