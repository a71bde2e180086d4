package io.tenantdatasource.benchmarks.policies;

import io.tenantdatasource.benchmarks.policies.ShapesComparison.ShapesSizes;
import io.tenantdatasource.policy.SchemaPolicies;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Policies that ask for several organizations beside those that ask for one, in turns. */
final class SeveralComparison {

    /** How many organizations are read. */
    static final List<Integer> READERS = List.of(1, 5, 100);

    private static final String SETTING = "app.organization_ids";
    private static final String ONE = "one";
    private static final String SEVERAL = "several";

    private final TestDatabase database;
    private final ShapesSizes sizes;
    private final Progress progress;
    private final ShapesTables tables;

    SeveralComparison(TestDatabase database, ShapesSizes sizes, Progress progress) {
        this.database = database;
        this.sizes = sizes;
        this.progress = progress;
        this.tables = new ShapesTables(database, sizes, progress);
    }

    /** A query of who reads as many organizations: how often as long it takes as for who reads one, under policies for one. */
    record Ratio(int organizations, SeveralQuery query, double millis, double ratio, boolean rightRows) {}

    List<Ratio> run() throws SQLException {
        protect(ONE, tables.declaration(ONE));
        protect(SEVERAL, tables.declaration(SEVERAL).organizationsSetting(SETTING));
        List<Connection> connections = new ArrayList<>();
        try {
            connections.add(bound(ONE, 1));
            for (int organizations : READERS) {
                connections.add(bound(SEVERAL, organizations));
            }
            return measured(connections);
        } finally {
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    private void protect(String schema, SchemaPolicies declaration) throws SQLException {
        tables.create(schema);
        declaration.plan(database.administrator()).apply(database.administrator());
    }

    /** As the first of them, which reads those after it as well. */
    private Connection bound(String schema, int organizations) throws SQLException {
        Connection connection = tables.connection(schema);
        try (PreparedStatement tell = connection.prepareStatement(
                "select set_config('app.organization_id', md5('organization 1')::uuid::text, false), set_config(?, ("
                        + "select string_agg(md5('organization ' || n)::uuid::text, chr(10))"
                        + " from generate_series(2, ?) as n), false)")) {
            tell.setString(1, SETTING);
            tell.setInt(2, organizations);
            tell.execute();
        }
        return connection;
    }

    private List<Ratio> measured(List<Connection> connections) throws SQLException {
        List<Ratio> ratios = new ArrayList<>();
        progress.start("Measuring", SeveralQuery.values().length);
        for (SeveralQuery query : SeveralQuery.values()) {
            ratios.addAll(ratios(query, connections));
            progress.advance(1);
        }
        return ratios;
    }

    private List<Ratio> ratios(SeveralQuery query, List<Connection> connections) throws SQLException {
        Long[] keys = keys(query);
        List<PreparedStatement> statements = new ArrayList<>();
        for (Connection connection : connections) {
            statements.add(prepared(connection, query, keys));
        }
        List<List<Double>> times = times(statements);
        List<Ratio> ratios = new ArrayList<>();
        for (int i = 1; i < statements.size(); i++) {
            int organizations = READERS.get(i - 1);
            ratios.add(new Ratio(
                    organizations,
                    query,
                    Median.of(times.get(i)),
                    ratio(times.get(i), times.get(0)),
                    hasRightRows(query, organizations, rows(statements.get(i)), rows(statements.get(0)))));
        }
        for (PreparedStatement statement : statements) {
            statement.close();
        }
        return ratios;
    }

    /** For each statement, the time of a row in each round. */
    private List<List<Double>> times(List<PreparedStatement> statements) throws SQLException {
        List<List<Double>> times = new ArrayList<>();
        for (PreparedStatement statement : statements) {
            times.add(new ArrayList<>());
            repeat(statement);
        }
        for (int round = 0; round < sizes.rounds(); round++) {
            for (int i = 0; i < statements.size(); i++) {
                times.get(i).add(repeat(statements.get(i)));
            }
        }
        return times;
    }

    private static double ratio(List<Double> ofSeveral, List<Double> ofOne) {
        return Median.of(IntStream.range(0, ofOne.size())
                .mapToObj(round -> ofSeveral.get(round) / ofOne.get(round))
                .toList());
    }

    /** Each organization has as many rows as any other. */
    private static boolean hasRightRows(SeveralQuery query, int organizations, List<Long> rows, List<Long> ofOne) {
        int expected = query == SeveralQuery.ALL ? organizations * ofOne.size() : ofOne.size();
        return rows.size() == expected && rows.containsAll(ofOne);
    }

    /** Of rows of the first organization. */
    private Long[] keys(SeveralQuery query) throws SQLException {
        try (Connection administrator = database.administrator().getConnection()) {
            administrator.setSchema(ONE);
            try (PreparedStatement statement = administrator.prepareStatement(
                    "select t0.id" + query.shape().ofOrganization() + " order by t0.id desc limit ?")) {
                statement.setString(1, organization(administrator));
                statement.setInt(2, query.keys());
                return rows(statement).toArray(Long[]::new);
            }
        }
    }

    private static String organization(Connection connection) throws SQLException {
        try (ResultSet id = connection.createStatement().executeQuery("select md5('organization 1')::uuid")) {
            id.next();
            return id.getString(1);
        }
    }

    private static PreparedStatement prepared(Connection connection, SeveralQuery query, Long[] keys)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(query.sql());
        if (query.namesTheOrganization()) {
            statement.setString(1, organization(connection));
        } else if (query.keys() == 1) {
            statement.setLong(1, keys[0]);
        } else if (query.keys() > 1) {
            statement.setArray(1, connection.createArrayOf("bigint", keys));
        }
        return statement;
    }

    /** The fastest execution, for one row: what else the machine does only ever adds to it, and the difference is small. */
    private double repeat(PreparedStatement statement) throws SQLException {
        double fastest = Double.MAX_VALUE;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(sizes.millis());
        do {
            long start = System.nanoTime();
            int rows = rows(statement).size();
            fastest = Math.min(fastest, (System.nanoTime() - start) / 1e6 / rows);
        } while (System.nanoTime() < end);
        return fastest;
    }

    private static List<Long> rows(PreparedStatement statement) throws SQLException {
        List<Long> ids = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                ids.add(row.getLong(1));
            }
        }
        return ids;
    }
}
