package io.tenantdatasource.benchmarks.policies;

import io.tenantdatasource.benchmarks.policies.Query.Asker;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One query on one protection's tables, prepared once, on a connection of its own: a plan that the server keeps for one
 * organization is not used for another.
 */
final class MeasuredQuery implements AutoCloseable {

    private final Protection protection;
    private final Query query;
    private final Connection connection;
    private final PreparedStatement statement;
    private final List<Double> millisByRound = new ArrayList<>();
    private long rows;

    private MeasuredQuery(Protection protection, Query query, Connection connection, PreparedStatement statement) {
        this.protection = protection;
        this.query = query;
        this.connection = connection;
        this.statement = statement;
    }

    static MeasuredQuery open(PGSimpleDataSource application, Protection protection, Query query, Sample sample)
            throws SQLException {
        Connection connection =
                dataSource(application, protection, query, sample).getConnection();
        try {
            PreparedStatement statement = connection.prepareStatement(
                    Sql.read((query.namesTheOrganization(protection) ? "plain/" : "protected/") + query.file()));
            setParameters(statement, query.namesTheOrganization(protection), query.parameter(sample), sample);
            return new MeasuredQuery(protection, query, connection, statement);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static DataSource dataSource(
            PGSimpleDataSource application, Protection protection, Query query, Sample sample) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(application.getURL());
        dataSource.setUser(application.getUser());
        dataSource.setPassword(application.getPassword());
        dataSource.setCurrentSchema(protection.schema());
        // A statement on the server from the first execution on.
        dataSource.setPrepareThreshold(1);
        if (protection != Protection.PLAIN && query.asker() != Asker.NOBODY) {
            dataSource.setOptions("-c app.organization_id=" + sample.organization());
        }
        return dataSource;
    }

    private static void setParameters(
            PreparedStatement statement, boolean namesTheOrganization, Optional<String> parameter, Sample sample)
            throws SQLException {
        int next = 1;
        if (parameter.isPresent()) {
            statement.setString(next++, parameter.get());
        }
        if (namesTheOrganization) {
            statement.setString(next, sample.organization());
        }
    }

    void warmUp(int millis) throws SQLException {
        repeat(millis);
    }

    void measure(int millis) throws SQLException {
        millisByRound.add(repeat(millis));
    }

    /** Returns what one execution takes, in milliseconds. The slowest cells execute once. */
    private double repeat(int millis) throws SQLException {
        List<Double> executions = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        do {
            long start = System.nanoTime();
            execute();
            executions.add((System.nanoTime() - start) / 1e6);
        } while (System.nanoTime() < end);
        return Median.of(executions);
    }

    private void execute() throws SQLException {
        try (ResultSet result = statement.executeQuery()) {
            rows = 0;
            while (result.next()) {
                rows += query.rowsOf(result);
            }
        }
    }

    Results.Cell result() {
        return new Results.Cell(protection, query, rows, List.copyOf(millisByRound));
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
