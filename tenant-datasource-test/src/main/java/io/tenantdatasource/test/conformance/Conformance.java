package io.tenantdatasource.test.conformance;

import io.tenantdatasource.test.TestDatabase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.DynamicTest;

/**
 * Tries the promises of a tenant's connection on a wrapper of a {@code DataSource}, whoever wrote it, and says which are kept.
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> promises() {
 *     return Conformance.of("ours", pool -> new OurTenantDataSource(pool, TenantContext::current)).tests(DATABASE);
 * }
 * }</pre>
 *
 * <p>The wrapper is to tell the server the tenant of {@link io.tenantdatasource.TenantContext#current()} in a setting, {@code
 * app.organization_id} if no other is named. It gets a pool that has one physical connection, so what one checkout leaves is
 * what the next one finds.
 *
 * <p>For whom a statement runs, the server says, within that very statement; what is left in a session, a look at the pool's
 * connection past the wrapper says. Nothing is read out of texts that the wrapper sends. Errors of binding and resetting are
 * made on the wire, at whatever statement comes first after {@code getConnection()} and after {@code close()}.
 *
 * <p>Each promise is tried on a wrapper, a pool and tables of its own. The wrapper and the pool are closed afterwards if they are
 * {@link AutoCloseable}, the tables dropped; users that are created stay until the database is closed.
 *
 * <p>Immutable; each wither returns another one. No argument may be null ({@link NullPointerException}). Works with pgjdbc.
 */
public final class Conformance {

    private static final String ORGANIZATION_SETTING = "app.organization_id";

    private final String name;
    private final Settings settings;

    /** What promises are tried on. */
    record Settings(UnaryOperator<DataSource> wrapper, UnaryOperator<DataSource> pool, String organizationSetting) {}

    private Conformance(String name, Settings settings) {
        this.name = name;
        this.settings = settings;
    }

    /**
     * A wrapper that is to keep the promises.
     *
     * @param name of the wrapper, for the report
     * @param wrapper puts it around a pool; called once for each promise, and returns a new one each time
     * @return its conformance, to be tried
     */
    public static Conformance of(String name, UnaryOperator<DataSource> wrapper) {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(wrapper, "wrapper is null");
        return new Conformance(name, new Settings(wrapper, OneConnectionPool::new, ORGANIZATION_SETTING));
    }

    /**
     * Names the pool that is wrapped, in place of a small one of our own.
     *
     * @param pool puts it around a data source that connects; with room for one connection, for which it waits some seconds, and
     *     in autocommit
     * @return another conformance
     */
    public Conformance pool(UnaryOperator<DataSource> pool) {
        Objects.requireNonNull(pool, "pool is null");
        return new Conformance(name, new Settings(settings.wrapper(), pool, settings.organizationSetting()));
    }

    /**
     * Names the setting that the wrapper writes.
     *
     * @param setting by default {@code app.organization_id}
     * @return another conformance
     */
    public Conformance organizationSetting(String setting) {
        Objects.requireNonNull(setting, "setting is null");
        return new Conformance(name, new Settings(settings.wrapper(), settings.pool(), setting));
    }

    /**
     * Tries all promises, for a {@code @TestFactory}.
     *
     * @param database where it makes tables and users; open as long as the tests run
     * @return a test for each promise, which fails with a sentence if it is broken
     */
    public Stream<DynamicTest> tests(TestDatabase database) {
        Objects.requireNonNull(database, "database is null");
        return Arrays.stream(Promise.values())
                .map(promise -> DynamicTest.dynamicTest(promise.words(), () -> assertKept(promise, database)));
    }

    private void assertKept(Promise promise, TestDatabase database) {
        Finding finding = trial(promise, database);
        if (finding.verdict().isBroken()) {
            throw new AssertionError(name + ": " + finding);
        }
    }

    /**
     * Tries all promises.
     *
     * @param database where it makes tables and users
     * @return what came of it
     * @throws IllegalStateException if the wrapper, its pool or the tables cannot be made or closed
     */
    public ConformanceReport run(TestDatabase database) {
        Objects.requireNonNull(database, "database is null");
        List<Finding> findings = new ArrayList<>();
        for (Promise promise : Promise.values()) {
            findings.add(trial(promise, database));
        }
        return new ConformanceReport(name, findings, price(database));
    }

    private Finding trial(Promise promise, TestDatabase database) {
        try (Bench bench = Bench.open(database, settings)) {
            return finding(promise, bench);
        } catch (Exception e) {
            throw new IllegalStateException(name + " could not be tried: " + promise.words(), e);
        }
    }

    /** Whatever a wrapper throws, be it an SQLException or not, is a refusal: nothing was shown to anybody. */
    private static Finding finding(Promise promise, Bench bench) {
        try {
            promise.trial().on(bench);
            return Finding.kept(promise);
        } catch (BrokenPromise e) {
            return new Finding(promise, e.verdict(), e.getMessage());
        } catch (Exception e) {
            return new Finding(promise, Verdict.REFUSED, "What was to work failed: " + e);
        }
    }

    private Price price(TestDatabase database) {
        try (Bench bench = Bench.open(database, settings)) {
            return RoundTrips.on(bench);
        } catch (Exception e) {
            throw new IllegalStateException("The round trips of " + name + " could not be counted", e);
        }
    }
}
