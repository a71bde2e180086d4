package io.tenantdatasource.it.conformance;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.tenantdatasource.TenantBinding;
import io.tenantdatasource.TenantDataSource;
import io.tenantdatasource.test.conformance.Conformance;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** The ways to a tenant's connection that are compared: ours, and what people write without it, as carefully as it goes. */
enum Candidate {
    /** {@link TenantBinding#CHECKOUT}. */
    CHECKOUT("`CHECKOUT`") {
        @Override
        DataSource around(DataSource pool) {
            return ours(pool, TenantBinding.CHECKOUT);
        }
    },
    /** {@link TenantBinding#TRANSACTION}. */
    TRANSACTION("`TRANSACTION`") {
        @Override
        DataSource around(DataSource pool) {
            return ours(pool, TenantBinding.TRANSACTION);
        }
    },
    /** For the session, in a text whose quotes are doubled; closed in any case, and told if that fails. */
    SET_RESET("SET and RESET") {
        @Override
        DataSource around(DataSource pool) {
            return ByHand.checkingOut(pool, SetReset::checkout);
        }
    },
    /** For each transaction, as a value. In autocommit there is none to tell. */
    SET_CONFIG("`set_config` in each transaction") {
        @Override
        DataSource around(DataSource pool) {
            return ByHand.checkingOut(pool, from -> EachTransaction.of(from.getConnection()));
        }
    },
    /** For each statement, in its own text. */
    ONE_STRING("one string") {
        @Override
        DataSource around(DataSource pool) {
            return ByHand.checkingOut(pool, from -> OneString.of(from.getConnection()));
        }
    },
    /** As the user guide shows a provider over one pool, with a setting in place of a schema. */
    HIBERNATE("Hibernate's provider") {
        @Override
        DataSource around(DataSource pool) {
            return ByHand.checkingOut(pool, HibernatesProvider::getConnection);
        }
    },
    /** As its {@code TenantAwareDataSource} does, but for where there is no tenant, for which it has no code. */
    AWS_SAMPLE("the AWS sample") {
        @Override
        DataSource around(DataSource pool) {
            return ByHand.checkingOut(pool, AwsSample::getConnection);
        }
    };

    private static final int MILLIS_TO_WAIT = 5_000;

    private final String label;

    Candidate(String label) {
        this.label = label;
    }

    /** As a heading of the table. */
    String label() {
        return label;
    }

    /** Puts it around a pool. */
    abstract DataSource around(DataSource pool);

    boolean isOurs() {
        return this == CHECKOUT || this == TRANSACTION;
    }

    Conformance conformance() {
        return Conformance.of(name(), this::around).pool(Candidate::hikari);
    }

    private static DataSource hikari(DataSource server) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(server);
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(MILLIS_TO_WAIT);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    private static DataSource ours(DataSource pool, TenantBinding binding) {
        return TenantDataSource.builder(pool)
                .binding(binding)
                .databaseCheck(false)
                .build();
    }

    private static final class SetReset {

        private static Connection checkout(DataSource pool) throws SQLException {
            Connection connection = pool.getConnection();
            try {
                ByHand.execute(
                        connection,
                        ByHand.tenant()
                                .map(tenant -> "SET app.organization_id = " + ByHand.literal(tenant))
                                .orElse("RESET app.organization_id"));
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            return ByHand.givenBack(connection, () -> giveBack(connection));
        }

        private static void giveBack(Connection connection) throws SQLException {
            try (connection) {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                    connection.setAutoCommit(true);
                }
                ByHand.execute(connection, "RESET app.organization_id");
            }
        }
    }

    private static final class HibernatesProvider {

        private static Connection getConnection(DataSource pool) throws SQLException {
            Connection connection = pool.getConnection();
            try {
                ByHand.setConfig(connection, ByHand.tenant().orElse(""), false);
            } catch (SQLException e) {
                throw new IllegalStateException("Could not alter the connection", e); // HibernateException there
            }
            return ByHand.givenBack(connection, () -> releaseConnection(connection));
        }

        /** On an error it throws "to make sure the connection is not returned to the pool". */
        private static void releaseConnection(Connection connection) throws SQLException {
            try {
                ByHand.setConfig(connection, "", false);
            } catch (SQLException e) {
                throw new IllegalStateException("Could not alter the connection", e);
            }
            connection.close();
        }
    }

    private static final class AwsSample {

        private static Connection getConnection(DataSource pool) throws SQLException {
            String tenant = ByHand.tenant().orElseThrow(() -> new SQLException("There is no tenant"));
            Connection connection = pool.getConnection();
            try {
                ByHand.execute(connection, "SET SESSION app.organization_id = '" + tenant + "'");
            } catch (SQLException e) {
                return connection; // and a line in the log
            }
            return connection;
        }
    }
}
