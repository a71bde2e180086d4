package io.tenantdatasource.benchmarks;

import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The price of the wrapper alone: below it is a pool that does nothing. With {@code TRANSACTION} each statement carries
 * the tenant, as each is a transaction of its own.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 2, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class WrapperBenchmark {

    @Param({"RAW", "CHECKOUT", "TRANSACTION"})
    Access access;

    static final String QUERY = "select amount, name from item";

    private final NoDatabase pool = NoDatabase.create();
    private TenantContext.Scope tenant;
    private DataSource dataSource;
    private Connection connection;
    private Statement statement;
    private ResultSet rows;

    @Setup
    public void open() throws SQLException {
        tenant = TenantContext.open(Tenant.of(Access.ORGANIZATION_ID));
        dataSource = access.over(pool);
        connection = dataSource.getConnection();
        statement = connection.createStatement();
        rows = statement.executeQuery(QUERY);
    }

    @TearDown
    public void close() throws SQLException {
        connection.close();
        tenant.close();
    }

    /** The text that was run last. */
    String sent() {
        return pool.sent();
    }

    @Benchmark
    public void checkoutAndReturn() throws SQLException {
        dataSource.getConnection().close();
    }

    @Benchmark
    public void createStatementAndExecuteQuery() throws SQLException {
        try (Statement once = connection.createStatement();
                ResultSet found = once.executeQuery(QUERY)) {}
    }

    @Benchmark
    public boolean next() throws SQLException {
        return rows.next();
    }

    @Benchmark
    public int thousandRowsOfTwoColumns() throws SQLException {
        int sum = 0;
        try (ResultSet found = statement.executeQuery(QUERY)) {
            while (found.next()) {
                sum += found.getInt(1) + found.getString(2).length();
            }
        }
        return sum;
    }
}
