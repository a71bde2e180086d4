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
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What a tenant costs on a real server. The tables have no policy, so that all ways of access run the same statements on
 * the same rows and differ in the binding alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5 * Turns.WAYS, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 14 * Turns.WAYS, time = 60, timeUnit = TimeUnit.MILLISECONDS)
public class PostgresBenchmark {

    private static final int ROWS = 1000;
    private static final int BATCH = 100;
    private static final int CONNECTIONS = 4;
    private static final String SELECT = "select amount from item where id = ?";
    private static final String INSERT = "insert into written (amount, name) values (?, 'written')";

    @Param({"0", "400"})
    int roundTripMicros;

    private final Turns turns = new Turns();
    private final Map<Access, DataSource> dataSources = new EnumMap<>(Access.class);
    private TestDatabase database;
    private DelayRelay relay;
    private HikariDataSource pool;
    private Access access;
    private DataSource dataSource;

    /** A thread of the application, and for whom it works. */
    @State(Scope.Thread)
    public static class Caller {

        private TenantContext.Scope tenant;
        private int key;

        @Setup
        public void open() {
            tenant = TenantContext.open(Tenant.of(Access.ORGANIZATION_ID));
        }

        @TearDown
        public void close() {
            tenant.close();
        }

        private int nextKey() {
            key = (key + 1) % ROWS;
            return key;
        }
    }

    @Setup
    public void open() throws IOException {
        database = TestDatabase.create();
        createTables();
        PGSimpleDataSource server = database.administrator();
        if (roundTripMicros > 0) {
            relay = DelayRelay.before(server);
        }
        HikariConfig config = new HikariConfig();
        config.setDataSource(server);
        config.setMaximumPoolSize(CONNECTIONS);
        pool = new HikariDataSource(config);
        for (Access way : Access.values()) {
            dataSources.put(way, way.over(pool));
        }
    }

    /** No vacuum runs by itself, as it would in one way's turn and not in another's. */
    private void createTables() {
        database.execute("create table item (id int primary key, amount int not null, name text not null)");
        database.execute("insert into item select n, n, 'item ' || n from generate_series(0, " + (ROWS - 1) + ") n");
        database.execute("vacuum analyze item");
        database.execute("create table written (id int generated always as identity primary key, amount int not null,"
                + " name text not null) with (autovacuum_enabled = off)");
    }

    @TearDown
    public void close() throws IOException {
        pool.close();
        if (relay != null) {
            relay.close();
        }
        database.close();
    }

    @Setup(Level.Iteration)
    public void nextTurn(IterationParams iteration) {
        if (iteration.getType() == IterationType.MEASUREMENT) {
            goAway();
        }
        turnOf(turns.next(iteration));
    }

    /** Warming up is done nearby: over a network a JVM would not see enough calls to compile what it runs. */
    void goAway() {
        if (relay != null) {
            relay.takes(Duration.of(roundTripMicros, ChronoUnit.MICROS));
        }
    }

    void turnOf(Access next) {
        access = next;
        dataSource = dataSources.get(next);
    }

    @Benchmark
    public int selectByKey(Caller caller) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return access.alone(connection, bound -> firstAmountOf(bound, caller.nextKey()));
        }
    }

    @Benchmark
    public int threeSelectsInTransaction(Caller caller) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return access.inTransaction(
                    connection,
                    bound -> firstAmountOf(bound, caller.nextKey())
                            + amountOf(bound, caller.nextKey())
                            + amountOf(bound, caller.nextKey()));
        }
    }

    @Benchmark
    public int thousandRowsOfTwoColumns(@SuppressWarnings("unused") Caller caller) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return access.alone(connection, this::sumOfAll);
        }
    }

    @Benchmark
    public int insertWithGeneratedKey(Caller caller) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return access.alone(connection, bound -> access.insert(bound, INSERT, caller.nextKey()));
        }
    }

    @Benchmark
    public int batchOfHundredInserts(@SuppressWarnings("unused") Caller caller) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return access.batch(connection, PostgresBenchmark::insertBatch);
        }
    }

    @Benchmark
    @Threads(4 * CONNECTIONS)
    public int sixteenThreadsOnFourConnections(Caller caller) throws SQLException {
        return selectByKey(caller);
    }

    private int firstAmountOf(Connection connection, int key) throws SQLException {
        try (PreparedStatement select = access.prepareFirst(connection, SELECT)) {
            select.setInt(access.firstParameter(), key);
            try (ResultSet found = access.query(select)) {
                found.next();
                return found.getInt(1);
            }
        }
    }

    private static int amountOf(Connection connection, int key) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT)) {
            select.setInt(1, key);
            try (ResultSet found = select.executeQuery()) {
                found.next();
                return found.getInt(1);
            }
        }
    }

    private int sumOfAll(Connection connection) throws SQLException {
        int sum = 0;
        try (PreparedStatement select = access.prepareFirst(connection, "select amount, name from item");
                ResultSet found = access.query(select)) {
            while (found.next()) {
                sum += found.getInt(1) + found.getString(2).length();
            }
        }
        return sum;
    }

    private static int insertBatch(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (int i = 0; i < BATCH; i++) {
                insert.setInt(1, i);
                insert.addBatch();
            }
            return IntStream.of(insert.executeBatch()).sum();
        }
    }
}
