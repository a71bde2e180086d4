package io.tenantdatasource.benchmarks.load;

import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.Tenant;
import io.tenantdatasource.TenantContext;
import io.tenantdatasource.TenantSwitchException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** One thread of an application: now it works for this organization, now for that, and now and then something goes wrong. */
final class Client implements Runnable {

    private static final String CANCELED = "57014";
    private static final String DIVISION_BY_ZERO = "22012";

    private final Way way;
    private final DataSource dataSource;
    private final List<String> organizations;
    private final Tally tally;
    private final long intervalNanos;
    private final long endNanos;
    private final Random random;

    Client(
            Way way,
            DataSource dataSource,
            List<String> organizations,
            Tally tally,
            Duration interval,
            long endNanos,
            long seed) {
        this.way = way;
        this.dataSource = dataSource;
        this.organizations = organizations;
        this.tally = tally;
        this.intervalNanos = interval.toNanos();
        this.endNanos = endNanos;
        this.random = new Random(seed);
    }

    /** An operation begins when it was to begin, in the books: one that is late has waited since. */
    @Override
    public void run() {
        long begin = System.nanoTime() + (long) (random.nextDouble() * intervalNanos);
        while (begin < endNanos) {
            sleepUntil(begin);
            operate();
            tally.done(Duration.ofNanos(System.nanoTime() - begin));
            begin += intervalNanos;
        }
    }

    private static void sleepUntil(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos - System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void operate() {
        String organization = organizations.get(random.nextInt(organizations.size()));
        try (TenantContext.Scope scope = TenantContext.open(Tenant.of(organization))) {
            operate(organization);
        } catch (SQLException | RuntimeException e) {
            tally.failed(e);
        }
        if (TenantContext.current().isPresent()) {
            tally.leakedScope();
        }
    }

    private void operate(String organization) throws SQLException {
        int dice = random.nextInt(100);
        try (Connection connection = dataSource.getConnection()) {
            if (dice < 85) {
                read(connection, organization);
            } else if (dice < 92) {
                readAndWrite(connection, organization);
            } else if (dice < 94) {
                expect(CANCELED, () -> execute(connection, "set statement_timeout = 1; select pg_sleep(1)"));
                execute(connection, "set statement_timeout = 0");
                read(connection, organization);
            } else if (dice < 97) {
                fail(connection, organization);
            } else if (dice < 99) {
                tryToSwitch(connection, organization);
            } else {
                read(connection, organization);
                abort(connection);
            }
        }
    }

    /** Sees all of its own rows, and no others; by hand the query says so itself. */
    private void read(Connection connection, String organization) throws SQLException {
        String own = way.isBound() ? "" : " where org = '" + organization + "'";
        try (PreparedStatement select = connection.prepareStatement(
                        "select org, count(*) from " + way.table() + own + " group by org");
                ResultSet rows = select.executeQuery()) {
            boolean sawOwn = false;
            while (rows.next()) {
                if (rows.getString(1).equals(organization)) {
                    sawOwn = rows.getInt(2) >= LoadDatabase.ROWS;
                } else {
                    tally.sawForeignRow();
                }
            }
            if (!sawOwn) {
                tally.sawWrongAnswer();
            }
        }
    }

    /** In one transaction, half of which are rolled back. */
    private void readAndWrite(Connection connection, String organization) throws SQLException {
        connection.setAutoCommit(false);
        read(connection, organization);
        String first = "(select min(id) from " + way.table() + " where org = ?::uuid)";
        try (PreparedStatement update =
                connection.prepareStatement("update " + way.table() + " set amount = amount + 1 where id = " + first)) {
            update.setString(1, organization);
            if (update.executeUpdate() != 1) {
                tally.sawWrongAnswer();
            }
        }
        if (random.nextBoolean()) {
            connection.commit();
        } else {
            connection.rollback();
        }
        connection.setAutoCommit(true);
    }

    private void fail(Connection connection, String organization) throws SQLException {
        connection.setAutoCommit(false);
        expect(DIVISION_BY_ZERO, () -> execute(connection, "select 1 / 0"));
        connection.rollback();
        read(connection, organization);
        connection.rollback();
        connection.setAutoCommit(true);
    }

    /** What must not reach the server; by hand nobody would notice. */
    private void tryToSwitch(Connection connection, String organization) throws SQLException {
        String other = organizations.get(random.nextInt(organizations.size()));
        if (way.isBound() && !other.equals(organization)) {
            try (TenantContext.Scope scope = TenantContext.open(Tenant.of(other))) {
                execute(connection, "select 1");
                tally.sawWrongAnswer();
            } catch (TenantSwitchException e) {
                // as it has to be
            }
        }
        read(connection, organization);
    }

    /** HikariCP alone would lend such a connection once more, for half a second; the wrapper destroys it. */
    private void abort(Connection connection) throws SQLException {
        if (dataSource instanceof HikariDataSource pool) {
            pool.evictConnection(connection);
        } else {
            connection.abort(Runnable::run);
        }
    }

    private interface Call {
        void run() throws SQLException;
    }

    private void expect(String state, Call call) throws SQLException {
        try {
            call.run();
            tally.sawWrongAnswer();
        } catch (SQLException e) {
            if (!state.equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
