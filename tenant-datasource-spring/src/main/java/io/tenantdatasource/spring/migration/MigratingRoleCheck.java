package io.tenantdatasource.spring.migration;

import io.tenantdatasource.policy.MigratingRole;
import io.tenantdatasource.spring.internal.MisconfigurationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns, or stops, before migrations that row security would let do nothing. */
final class MigratingRoleCheck {

    private static final Logger LOG = LoggerFactory.getLogger(MigratingRoleCheck.class);

    /** What {@link MigratingRole#requireUnbound(Connection)} throws; anything else is no answer. */
    private static final String BOUND = "55000";

    private final MigrationsProperties.Mode mode;

    MigratingRoleCheck(MigrationsProperties properties) {
        this.mode = properties.migrations();
    }

    /**
     * Looks at who migrates.
     *
     * @param tool the tool's name
     * @param migrator what it takes connections from
     * @param firstOfAll what it runs on each of them before, such as {@code SET ROLE}; may be null
     * @throws MisconfigurationException if who migrates is bound, or cannot be asked, and that is to stop the application
     */
    void look(String tool, DataSource migrator, String firstOfAll) {
        if (mode == MigrationsProperties.Mode.OFF) {
            return;
        }
        try (Connection connection = migrator.getConnection()) {
            if (connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")) {
                requireUnbound(connection, firstOfAll);
            }
        } catch (SQLException | RuntimeException e) {
            tell(tool, e);
        }
    }

    /** Rolled back, so that a pool gets the connection back as it was. */
    private static void requireUnbound(Connection connection, String firstOfAll) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            if (firstOfAll != null) {
                statement.execute(firstOfAll);
            }
            MigratingRole.requireUnbound(connection);
        } finally {
            connection.rollback();
            connection.setAutoCommit(autoCommit);
        }
    }

    private void tell(String tool, Exception found) {
        String what = found instanceof SQLException e && BOUND.equals(e.getSQLState())
                ? tool + " would change no rows, and report success: " + found.getMessage()
                : "It could not be asked whether row security binds who migrates with " + tool + ": "
                        + found.getMessage();
        if (mode == MigrationsProperties.Mode.FAIL) {
            throw new MisconfigurationException(
                    what,
                    "Do what the message says is next. To migrate all the same, and have this logged, set"
                            + " tenant-datasource.migrations=warn.",
                    found);
        }
        LOG.warn("{}\nTo stop the application instead, set tenant-datasource.migrations=fail", what);
    }
}
