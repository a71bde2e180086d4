package io.tenantdatasource.test.assertions;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The policies that decide on a statement, as the one who ran it may read them in the catalogue. */
final class PoliciesInTheWay {

    private static final String QUERY = query();

    private PoliciesInTheWay() {}

    static String of(Connection connection, Statement statement) {
        try (PreparedStatement query = connection.prepareStatement(QUERY)) {
            query.setArray(1, connection.createArrayOf("text", statement.names().toArray()));
            try (ResultSet result = query.executeQuery()) {
                List<String> lines = new ArrayList<>();
                while (result.next()) {
                    lines.add(result.getString("line"));
                }
                return String.join("\n", lines);
            }
        } catch (SQLException e) {
            return "The policies could not be read: " + e.getMessage();
        }
    }

    private static String query() {
        try (InputStream in = PoliciesInTheWay.class.getResourceAsStream("in-the-way.sql")) {
            if (in == null) {
                throw new IllegalStateException("in-the-way.sql is missing from the jar of tenant-datasource-test");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read in-the-way.sql", e);
        }
    }
}
