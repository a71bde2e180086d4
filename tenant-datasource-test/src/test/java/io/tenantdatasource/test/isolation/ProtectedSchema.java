package io.tenantdatasource.test.isolation;

import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.PostgresServer;
import io.tenantdatasource.test.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** The schema of {@code protected.sql}. */
final class ProtectedSchema {

    private ProtectedSchema() {}

    static DatabaseTemplate template() {
        return template("protected.sql");
    }

    static DatabaseTemplate template(String script) {
        createAuthenticated();
        return DatabaseTemplate.of(owner -> execute(owner, Sql.script(script)));
    }

    static void createAuthenticated() {
        try (TestDatabase any = PostgresServer.shared().createDatabase()) {
            any.execute(
                    "do $$ begin create role authenticated; exception when duplicate_object or unique_violation then"
                            + " null; end $$");
        }
    }

    static void execute(DataSource dataSource, String sql) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
