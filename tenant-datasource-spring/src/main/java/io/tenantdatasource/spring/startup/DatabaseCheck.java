package io.tenantdatasource.spring.startup;

import io.tenantdatasource.TenantDataSourceOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Asks a database's catalogue about the role that the application works as. Reads no row of a table, changes nothing. */
final class DatabaseCheck {

    static final String SCRIPT = "start-up-check.sql";

    private static final String QUERY = read();

    private DatabaseCheck() {}

    static Map<Rule, List<String>> run(Connection connection, TenantDataSourceOptions options) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        try (PreparedStatement query = connection.prepareStatement(QUERY)) {
            query.setString(1, options.assumedRole().orElse(null));
            query.setString(2, organizationColumn(options));
            try (ResultSet rows = query.executeQuery()) {
                return findings(rows);
            }
        } finally {
            if (!autoCommit) {
                connection.rollback();
            }
        }
    }

    /** Schemas name the column as the setting, as a rule: {@code organization_id} for {@code app.organization_id}. */
    private static String organizationColumn(TenantDataSourceOptions options) {
        String setting = options.settings().get(0);
        return setting.substring(setting.lastIndexOf('.') + 1);
    }

    private static Map<Rule, List<String>> findings(ResultSet rows) throws SQLException {
        Map<Rule, List<String>> findings = new EnumMap<>(Rule.class);
        while (rows.next()) {
            findings.computeIfAbsent(Rule.of(rows.getString("rule")), rule -> new ArrayList<>())
                    .add(rows.getString("object"));
        }
        return findings;
    }

    private static String read() {
        try (InputStream in = DatabaseCheck.class.getResourceAsStream(SCRIPT)) {
            if (in == null) {
                throw new IllegalStateException(SCRIPT + " is missing from the jar of tenant-datasource-spring");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + SCRIPT, e);
        }
    }
}
