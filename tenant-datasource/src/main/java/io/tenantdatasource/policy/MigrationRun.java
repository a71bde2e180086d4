package io.tenantdatasource.policy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the steps of a migration on one connection of the table's owner, and leaves its autocommit as it was. */
final class MigrationRun {

    private static final Logger LOG = LoggerFactory.getLogger(MigrationRun.class);

    /** How much a statement that comes back for more does in one go, so that its progress can be told in between. */
    private static final int BATCHES_AT_ONCE = 100;

    private static final SqlScript HAS_COLUMN = SqlScript.load("has-column.sql");

    private final Connection connection;
    private final Map<String, String> variables;

    private MigrationRun(Connection connection, Map<String, String> variables) {
        this.connection = connection;
        this.variables = variables;
    }

    static void run(DataSource owner, List<MigrationStep> steps, Map<String, String> variables) throws SQLException {
        try (Connection connection = owner.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            try {
                new MigrationRun(connection, variables).run(steps);
            } catch (Throwable failure) {
                rollBack(connection, autoCommit, failure);
                throw failure;
            }
            connection.setAutoCommit(autoCommit);
        }
    }

    /** What went wrong first is what the caller has to hear. */
    private static void rollBack(Connection connection, boolean autoCommit, Throwable failure) {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            connection.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private void run(List<MigrationStep> steps) throws SQLException {
        for (MigrationStep step : steps) {
            connection.setAutoCommit(true);
            if (isWanted(step)) {
                run(step);
            }
        }
    }

    private boolean isWanted(MigrationStep step) throws SQLException {
        if (step.condition().isEmpty()) {
            return true;
        }
        MigrationStep.Condition condition = step.condition().get();
        Map<String, String> values = step.all(variables);
        values.put("column", values.get(condition.columnVariable()));
        String query = HAS_COLUMN.render(values);
        return Boolean.parseBoolean(first(query)) == condition.present();
    }

    private void run(MigrationStep step) throws SQLException {
        LOG.debug("Running {}", step.name());
        if (step.inTransaction()) {
            connection.setAutoCommit(false);
            execute(step.render(variables));
            connection.commit();
        } else {
            // A run that failed on this connection may have left its place behind.
            first("select set_config('tenant_datasource.batches_at_once', '" + BATCHES_AT_ONCE + "', false),"
                    + " set_config('tenant_datasource.next_page', '', false)");
            for (String statement : step.renderStatements(variables).toList()) {
                do {
                    execute(statement);
                } while (wantsToGoOn());
            }
            first("select set_config('tenant_datasource.batches_at_once', '', false)");
        }
    }

    private boolean wantsToGoOn() throws SQLException {
        String nextPage = first("select current_setting('tenant_datasource.next_page', true)");
        return nextPage != null && !nextPage.isEmpty();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
            for (SQLWarning news = statement.getWarnings(); news != null; news = news.getNextWarning()) {
                LOG.info("{}", news.getMessage());
            }
        }
    }

    private String first(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return result.next() ? result.getString(1) : null;
        }
    }
}
