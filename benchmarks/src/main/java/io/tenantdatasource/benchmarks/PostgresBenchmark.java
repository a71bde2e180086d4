package io.tenantdatasource.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
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
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What a tenant costs on a real server. The table has no policy, so that all ways of access run the same statements on
 * the same rows and differ in the binding alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 1700, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 1, time = 800, timeUnit = TimeUnit.MILLISECONDS)
public class PostgresBenchmark {

    private static final int ROWS = 1000;

    @Param({"0", "400"})
    int roundTripMicros;

    @Param
    Access access;

    private TenantContext.Scope tenant;
    private TestDatabase database;
    private DelayRelay relay;
    private HikariDataSource pool;
    private DataSource dataSource;
    private int key;

    @Setup
    public void open() throws IOException {
        tenant = TenantContext.open(Tenant.of(Access.ORGANIZATION_ID));
        database = TestDatabase.create();
        database.execute("create table item (id int primary key, amount int not null, name text not null)");
        database.execute("insert into item select n, n, 'item ' || n from generate_series(0, " + (ROWS - 1) + ") n");
        database.execute("vacuum analyze item");

        PGSimpleDataSource server = database.administrator();
        if (roundTripMicros > 0) {
            relay = DelayRelay.before(server, Duration.of(roundTripMicros, ChronoUnit.MICROS));
        }
        HikariConfig config = new HikariConfig();
        config.setDataSource(server);
        config.setMaximumPoolSize(2);
        pool = new HikariDataSource(config);
        dataSource = access.over(pool);
    }

    @TearDown
    public void close() throws IOException {
        pool.close();
        if (relay != null) {
            relay.close();
        }
        database.close();
        tenant.close();
    }

    @Benchmark
    public int selectByKey() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            access.bind(connection);
            int amount = amountOfNext(connection);
            access.reset(connection);
            return amount;
        }
    }

    @Benchmark
    public int threeSelectsInTransaction() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            access.bind(connection);
            connection.setAutoCommit(false);
            int amounts = amountOfNext(connection) + amountOfNext(connection) + amountOfNext(connection);
            connection.commit();
            connection.setAutoCommit(true);
            access.reset(connection);
            return amounts;
        }
    }

    @Benchmark
    public int thousandRowsOfTwoColumns() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            access.bind(connection);
            int sum = sumOfAll(connection);
            access.reset(connection);
            return sum;
        }
    }

    private int amountOfNext(Connection connection) throws SQLException {
        key = (key + 1) % ROWS;
        try (PreparedStatement select = connection.prepareStatement("select amount from item where id = ?")) {
            select.setInt(1, key);
            try (ResultSet found = select.executeQuery()) {
                found.next();
                return found.getInt(1);
            }
        }
    }

    private static int sumOfAll(Connection connection) throws SQLException {
        int sum = 0;
        try (PreparedStatement select = connection.prepareStatement("select amount, name from item");
                ResultSet found = select.executeQuery()) {
            while (found.next()) {
                sum += found.getInt(1) + found.getString(2).length();
            }
        }
        return sum;
    }
}
