package io.tenantdatasource.benchmarks.policies;

import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Each shape with row security and without, side by side, in turns. */
final class ShapesComparison {

    private static final String PLAIN = "plain";
    private static final String PROTECTED = "protected";

    private final TestDatabase database;
    private final ShapesSizes sizes;
    private final Progress progress;
    private final ShapesTables tables;

    ShapesComparison(TestDatabase database, ShapesSizes sizes, Progress progress) {
        this.database = database;
        this.sizes = sizes;
        this.progress = progress;
        this.tables = new ShapesTables(database, sizes, progress);
    }

    /** How much there is of everything, and for how long it is asked. */
    record ShapesSizes(int organizations, int rows, int rounds, int millis) {}

    /** A query on a shape: how often as long it takes with row security, by round, and whether it finds the same rows. */
    record Ratio(Shape shape, ShapeQuery query, double millis, double ratio, boolean sameRows) {}

    List<Ratio> run() throws SQLException {
        tables.create(PLAIN);
        tables.create(PROTECTED);
        tables.declaration(PROTECTED).plan(database.administrator()).apply(database.administrator());
        try (Connection plain = tables.connection(PLAIN);
                Connection bound = tables.connection(PROTECTED)) {
            return measured(plain, bound);
        }
    }

    private List<Ratio> measured(Connection plain, Connection bound) throws SQLException {
        List<Ratio> ratios = new ArrayList<>();
        progress.start("Measuring", (long) Shape.values().length * ShapeQuery.values().length);
        for (Shape shape : Shape.values()) {
            Row row = sample(shape);
            tell(bound, row.organization());
            for (ShapeQuery query : ShapeQuery.values()) {
                try (PreparedStatement without = prepared(plain, shape, query, false, row);
                        PreparedStatement with = prepared(bound, shape, query, true, row)) {
                    ratios.add(ratio(shape, query, without, with));
                }
                progress.advance(1);
            }
        }
        return ratios;
    }

    /** A row from the middle, and whose it is. */
    private record Row(long id, String organization) {}

    private Row sample(Shape shape) throws SQLException {
        long id = sizes.rows() / 2 + 1L;
        try (Connection administrator = database.administrator().getConnection();
                Statement statement = administrator.createStatement()) {
            statement.execute("set search_path = " + PLAIN);
            try (PreparedStatement query =
                    administrator.prepareStatement("select id from organizations where exists (select"
                            + shape.ofOrganization().replace("?::uuid", "organizations.id")
                            + " and t0.id = ?) limit 1")) {
                query.setLong(1, id);
                try (ResultSet organization = query.executeQuery()) {
                    organization.next();
                    return new Row(id, organization.getString(1));
                }
            }
        }
    }

    private static void tell(Connection bound, String organization) throws SQLException {
        try (PreparedStatement tell = bound.prepareStatement("select set_config('app.organization_id', ?, false)")) {
            tell.setString(1, organization);
            tell.execute();
        }
    }

    private static PreparedStatement prepared(
            Connection connection, Shape shape, ShapeQuery query, boolean isProtected, Row row) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(query.sql(shape, isProtected));
        int next = 1;
        if (query.namesTheOrganization(isProtected)) {
            statement.setString(next++, row.organization());
        }
        for (int key = 0; key < query.keys(); key++) {
            statement.setLong(next++, row.id());
        }
        return statement;
    }

    private Ratio ratio(Shape shape, ShapeQuery query, PreparedStatement without, PreparedStatement with)
            throws SQLException {
        repeat(without);
        repeat(with);
        List<Double> plain = new ArrayList<>();
        List<Double> bound = new ArrayList<>();
        for (int round = 0; round < sizes.rounds(); round++) {
            plain.add(repeat(without));
            bound.add(repeat(with));
        }
        double ratio = Median.of(IntStream.range(0, plain.size())
                .mapToObj(round -> bound.get(round) / plain.get(round))
                .toList());
        return new Ratio(shape, query, Median.of(bound), ratio, rows(without).equals(rows(with)));
    }

    private double repeat(PreparedStatement statement) throws SQLException {
        List<Double> executions = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(sizes.millis());
        do {
            long start = System.nanoTime();
            rows(statement);
            executions.add((System.nanoTime() - start) / 1e6);
        } while (System.nanoTime() < end);
        return Median.of(executions);
    }

    private static List<Long> rows(PreparedStatement statement) throws SQLException {
        List<Long> ids = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                ids.add(row.getLong(1));
            }
        }
        return ids.stream().sorted().toList();
    }
}
