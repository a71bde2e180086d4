package io.tenantdatasource.examples.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;

/** The .sql files of this package. */
final class Sql {

    private Sql() {}

    static String read(String file) {
        try (InputStream in = Sql.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing from the resources");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + file, e);
        }
    }

    /** Runs a script whole or not at all. Names stand in it as psql's variables do, {@code :"schema"}. */
    static void run(DataSource dataSource, String file, Map<String, String> names) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            run(connection, file, names);
            connection.commit();
        }
    }

    static void run(Connection connection, String file, Map<String, String> names) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(fillIn(read(file), names));
        }
    }

    private static String fillIn(String script, Map<String, String> names) {
        String filled = script;
        for (Map.Entry<String, String> name : names.entrySet()) {
            filled = filled.replace(":\"" + name.getKey() + '"', '"' + name.getValue() + '"');
        }
        return filled;
    }
}
