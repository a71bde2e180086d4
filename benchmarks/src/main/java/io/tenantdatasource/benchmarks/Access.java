package io.tenantdatasource.benchmarks;

import io.tenantdatasource.TenantDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** The ways to a connection that are compared. */
public enum Access {
    /** The pool alone, for no tenant: what the others are a ratio to. */
    RAW,
    /** What people write without this library. */
    BY_HAND {
        @Override
        void bind(Connection connection) throws SQLException {
            execute(connection, "SET app.organization_id = '" + ORGANIZATION_ID + "'");
        }

        @Override
        void reset(Connection connection) throws SQLException {
            execute(connection, "RESET app.organization_id");
        }
    },
    /** {@link io.tenantdatasource.TenantBinding#CHECKOUT}. */
    CHECKOUT {
        @Override
        DataSource over(DataSource pool) {
            return TenantDataSource.wrap(pool);
        }
    };

    static final String ORGANIZATION_ID = "11111111-1111-1111-1111-111111111111";

    /** Puts this between the pool and the code that is measured. */
    DataSource over(DataSource pool) {
        return pool;
    }

    /** What the measured code has to do itself after checkout. */
    void bind(Connection connection) throws SQLException {}

    /** What the measured code has to do itself before it gives a connection back. */
    void reset(Connection connection) throws SQLException {}

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
