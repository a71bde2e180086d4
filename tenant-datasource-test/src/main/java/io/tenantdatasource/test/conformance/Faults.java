package io.tenantdatasource.test.conformance;

import static io.tenantdatasource.test.Tenants.ACME;
import static io.tenantdatasource.test.Tenants.GLOBEX;

import io.tenantdatasource.test.conformance.Bench.Fault;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What comes of an error while a connection is bound, used or reset. */
final class Faults {

    private Faults() {}

    /** Whatever is the first to be sent after {@code getConnection()} fails. */
    static void bindingFails(Bench bench) throws SQLException {
        useOnce(bench);
        Fault fault = bench.failNextStatement();

        List<String> seen = new ArrayList<>();
        failure(() -> bench.as(ACME, connection -> seen.add(Sql.query(connection, bench.whom()))));

        if (fault.happenedTo(bench.whom())) {
            assertRunsForAcme(bench, "A query that nothing was sent before");
        } else if (!seen.isEmpty() && !ACME.organizationId().equals(seen.get(0))) {
            throw new BrokenPromise(
                    Verdict.SWALLOWED,
                    "What was sent first after getConnection() failed, nobody was told, and the query after it ran for "
                            + Bench.nameOf(seen.get(0)) + "; it was to be refused");
        }
    }

    static void notBound(Bench bench) throws SQLException {
        String before = bench.backend();
        Fault fault = bench.failNextStatement();

        failure(() -> bench.as(ACME, connection -> Sql.query(connection, bench.whom())));

        bench.heal();
        if (fault.happenedTo(bench.whom())) {
            assertRunsForAcme(bench, "A query that nothing was sent before");
        } else if (before.equals(bench.backend())) {
            throw new BrokenPromise(
                    Verdict.GIVEN_OUT_AGAIN,
                    "A connection on which binding had failed went back to the pool, but was to be destroyed");
        }
    }

    static void wireDiesWhenBinding(Bench bench) throws SQLException {
        useOnce(bench);
        bench.cutAtNextStatement();

        failure(() -> assertRunsForAcme(bench, "A query on a connection that had died"));

        assertNextWorks(bench);
    }

    /** Whatever is the first to be sent after {@code close()} was called fails; if nothing is, nothing does. */
    static void resettingFails(Bench bench) throws SQLException {
        failure(() -> bench.as(ACME, connection -> {
            Sql.query(connection, bench.whom());
            bench.failNextStatement();
        }));
        bench.heal();
        bench.assertClean("when resetting it had failed");
    }

    static void failedResetIsTold(Bench bench) throws SQLException {
        Fault[] fault = new Fault[1];

        Optional<Exception> told = failure(() -> bench.as(ACME, connection -> {
            Sql.query(connection, bench.whom());
            fault[0] = bench.failNextStatement();
        }));

        if (fault[0].happened() && told.isEmpty()) {
            throw new BrokenPromise(
                    Verdict.SWALLOWED, "What was sent by close() failed, and close() told nobody; it was to throw");
        }
    }

    static void wireDiesWhenResetting(Bench bench) throws SQLException {
        failure(() -> bench.as(ACME, connection -> {
            Sql.query(connection, bench.whom());
            bench.cutAtNextStatement();
        }));
        bench.heal();
        assertNextWorks(bench);
    }

    static void serverEndsTheSession(Bench bench) throws SQLException {
        failure(() -> bench.as(ACME, connection -> {
            String backend = Sql.query(connection, Bench.BACKEND);
            bench.asAdministrator("select pg_terminate_backend(" + backend + ", 10000)");
            Sql.query(connection, bench.whom());
        }));
        assertNextWorks(bench);
    }

    /** Lets the pool connect, so that no fault meets that. */
    private static void useOnce(Bench bench) throws SQLException {
        bench.as(GLOBEX, connection -> Sql.query(connection, bench.whom()));
    }

    private static void assertRunsForAcme(Bench bench, String what) throws SQLException {
        bench.as(ACME, connection -> bench.assertRanFor(ACME, Sql.query(connection, bench.whom()), what));
    }

    private static void assertNextWorks(Bench bench) throws SQLException {
        bench.as(
                GLOBEX,
                connection -> bench.assertRanFor(
                        GLOBEX, Sql.query(connection, bench.whom()), "A query after acme's connection had died"));
    }

    /** What may fail, or has to. */
    private interface Work {
        void run() throws SQLException;
    }

    /** A promise that was broken on the way is no failure that was told. */
    private static Optional<Exception> failure(Work work) {
        try {
            work.run();
            return Optional.empty();
        } catch (BrokenPromise e) {
            throw e;
        } catch (SQLException | RuntimeException e) {
            return Optional.of(e);
        }
    }
}
