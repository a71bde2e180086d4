package io.tenantdatasource.examples.quickstart;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** The story: sample data, the theft, the migration, the theft again, and the race. */
final class Demo {

    private static final int POOL_SIZE = 4;

    private final Report report;
    private final Migration migration;
    private final Sizes sizes;

    Demo(Report report, Migration migration, Sizes sizes) {
        this.report = report;
        this.migration = migration;
        this.sizes = sizes;
    }

    /** Returns whether every organization saw its own rows, all of them, and no others. */
    boolean run(Server server) throws QuickstartException, SQLException, InterruptedException {
        try (Sandbox sandbox = Sandbox.create(server)) {
            Oracle oracle = loadSample(server, sandbox);
            requireNotInterrupted();
            try (HikariDataSource pool = pool(sandbox)) {
                return compare(sandbox, oracle, pool);
            }
        }
    }

    private Oracle loadSample(Server server, Sandbox sandbox) throws SQLException {
        long start = System.nanoTime();
        SampleData.load(sandbox.owner(), sandbox.names(), sizes.sessions());
        Duration loading = Duration.ofNanos(System.nanoTime() - start);
        Oracle oracle = Oracle.load(sandbox.owner());
        report.sample(serverVersion(server), server.description(), sandbox.names(), oracle, loading);
        return oracle;
    }

    private boolean compare(Sandbox sandbox, Oracle oracle, HikariDataSource pool)
            throws SQLException, InterruptedException {
        Organization reader = oracle.organizations().get(0);
        Organization victim = oracle.organizations().get(1);
        UserSession foreign = oracle.sessionsOf(victim).get(0);
        ForeignAccess access = new ForeignAccess(foreign);
        int own = oracle.sessionsOf(reader).size();

        report.theft(reader, victim);
        report.access(access.attempt(pool), foreign, own);
        requireNotInterrupted();

        report.migration(sandbox.names(), applyMigration(sandbox));
        TenantDataSource dataSource = TenantDataSource.wrap(pool);
        ForeignAccess.Outcome after;
        try (var scope = TenantContext.open(Tenant.of(reader.id()))) {
            after = access.attempt(dataSource);
        }
        report.access(after, foreign, own);
        requireNotInterrupted();

        RaceResult race = race(dataSource, oracle);
        return report.verdict(after.staysAtHome(own), race);
    }

    private Duration applyMigration(Sandbox sandbox) throws SQLException {
        long start = System.nanoTime();
        migration.apply(sandbox.owner(), sandbox.names());
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private RaceResult race(TenantDataSource dataSource, Oracle oracle) throws SQLException, InterruptedException {
        report.raceStarts(sizes, POOL_SIZE, oracle);
        RaceResult result = new TenantRace(dataSource, oracle, sizes.threads(), Duration.ofSeconds(sizes.seconds()))
                .run(report::progress);
        report.race(result);
        return result;
    }

    private static HikariDataSource pool(Sandbox sandbox) throws QuickstartException {
        HikariConfig config = new HikariConfig();
        config.setDataSource(sandbox.application());
        config.setMaximumPoolSize(POOL_SIZE);
        try {
            return new HikariDataSource(config);
        } catch (HikariPool.PoolInitializationException e) {
            throw new QuickstartException(
                    "The application's user " + sandbox.names().applicationUser() + " could not connect: "
                            + Sentence.of(e.getCause() == null ? e : e.getCause()),
                    e);
        }
    }

    private static String serverVersion(Server server) throws SQLException {
        try (Connection connection = server.administrator().getConnection()) {
            return connection.getMetaData().getDatabaseProductVersion();
        }
    }

    /** Statements do not notice an interruption, so it is looked for between them. */
    private static void requireNotInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
