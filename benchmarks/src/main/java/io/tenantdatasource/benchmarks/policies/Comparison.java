package io.tenantdatasource.benchmarks.policies;

import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/** Runs every query on every protection's tables, in turns, so that what else the machine does falls on all alike. */
final class Comparison {

    private final TestDatabase database;
    private final List<Protection> protections;
    private final Progress progress;
    private final String role;
    private final PGSimpleDataSource application;

    Comparison(TestDatabase database, List<Protection> protections, Progress progress) {
        this.database = database;
        this.protections = protections;
        this.progress = progress;
        this.role = database.createUser("policies").getUser();
        // No superuser and owner of nothing, so the policies bind it.
        this.application = database.createUser("application");
        database.execute("grant " + role + " to " + application.getUser());
    }

    Results run(Sizes sizes) throws SQLException {
        for (Protection protection : protections) {
            tables(protection, sizes).create(role, application.getUser());
        }
        Samples samples = tables(Protection.PLAIN, sizes).samples();
        List<MeasuredQuery> queries = new ArrayList<>();
        try {
            for (Query query : Query.values()) {
                for (Protection protection : protections) {
                    queries.add(MeasuredQuery.open(application, protection, query, samples.of(query.asker())));
                }
            }
            return measured(queries, sizes);
        } finally {
            for (MeasuredQuery query : queries) {
                query.close();
            }
        }
    }

    private Tables tables(Protection protection, Sizes sizes) {
        return new Tables(protection, database.administrator(), sizes, progress);
    }

    private Results measured(List<MeasuredQuery> queries, Sizes sizes) throws SQLException {
        progress.start("Warming up", queries.size());
        for (MeasuredQuery query : queries) {
            query.warmUp(sizes.millis());
            progress.advance(1);
        }
        progress.start("Measuring", (long) sizes.rounds() * queries.size());
        for (int round = 0; round < sizes.rounds(); round++) {
            for (MeasuredQuery query : queries) {
                query.measure(sizes.millis());
                progress.advance(1);
            }
        }
        return new Results(
                serverVersion(),
                sizes,
                queries.stream().map(MeasuredQuery::result).toList());
    }

    private String serverVersion() throws SQLException {
        try (Connection connection = application.getConnection()) {
            return connection.getMetaData().getDatabaseProductVersion();
        }
    }
}
