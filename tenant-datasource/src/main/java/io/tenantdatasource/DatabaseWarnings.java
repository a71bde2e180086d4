package io.tenantdatasource;

import io.tenantdatasource.check.DatabaseCheck;
import io.tenantdatasource.check.Finding;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells once, in the log, what the database check finds: a moment after the first checkout, on a thread of its own, so that
 * no request waits for it. Nothing that happens here is a failure of the application.
 *
 * <p>A connection that begins without autocommit is left alone: some data sources hand the same connection to everybody, so
 * it may be in the middle of somebody's transaction.
 */
final class DatabaseWarnings {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseCheck.class);

    /** Long enough for a start, or a short test, to be over. */
    private static final Duration DELAY = Duration.ofSeconds(5);

    private final DataSource pool;
    private final DatabaseCheck check;
    private final BooleanSupplier isClosed;
    private final AtomicBoolean asked = new AtomicBoolean();

    DatabaseWarnings(DataSource pool, DatabaseCheck check, BooleanSupplier isClosed) {
        this.pool = pool;
        this.check = check;
        this.isClosed = isClosed;
    }

    void connectionWasCheckedOut() {
        if (!asked.get() && asked.compareAndSet(false, true)) {
            // Without what the thread of the request would hand on.
            Thread thread = new Thread(null, this::run, "tenant-datasource-check", 0, false);
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void run() {
        try {
            Thread.sleep(DELAY.toMillis());
            if (!isClosed.getAsBoolean()) {
                warn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException | RuntimeException e) {
            LOG.debug("The database could not be asked whether its policies bind the pool's user", e);
        }
    }

    private void warn() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            if (!connection.getAutoCommit()) {
                LOG.debug(
                        "The pool's connections begin without autocommit, so TenantDataSource.check() was not called");
                return;
            }
            for (Finding finding : check.run(connection)) {
                LOG.warn(
                        "The database does not keep tenants apart as it should. {}. Told once; to have it not asked:"
                                + " TenantDataSource.Builder.databaseCheck(false)",
                        finding);
            }
        }
    }
}
