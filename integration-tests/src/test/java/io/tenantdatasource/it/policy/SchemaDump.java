package io.tenantdatasource.it.policy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.StringJoiner;
import javax.sql.DataSource;

/**
 * All that the catalog says of a database's schemas, as text, so that two moments can be compared: tables, columns,
 * constraints, indexes, triggers, functions, policies, views, comments and grants. A default ACL that is written down is
 * the same as one that is not.
 */
final class SchemaDump {

    private static final String QUERY = query();

    private SchemaDump() {}

    /**
     * Renders what is committed, one line a fact, in a stable order.
     *
     * @param administrator who may read all of the catalog
     */
    static String of(DataSource administrator) throws SQLException {
        try (Connection connection = administrator.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local search_path = pg_catalog, pg_temp");
            StringJoiner lines = new StringJoiner("\n", "", "\n");
            try (ResultSet result = statement.executeQuery(QUERY)) {
                while (result.next()) {
                    lines.add(result.getString(1));
                }
            }
            connection.rollback();
            connection.setAutoCommit(true);
            return lines.toString();
        }
    }

    private static String query() {
        try (InputStream in = SchemaDump.class.getResourceAsStream("schema-dump.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
