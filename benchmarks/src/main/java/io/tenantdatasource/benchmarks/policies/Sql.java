package io.tenantdatasource.benchmarks.policies;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

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

    /** Runs a script. Names stand in it as psql's variables do, {@code :"schema"}. */
    static void run(Connection connection, String file, Map<String, String> names) throws SQLException {
        String script = read(file);
        for (Map.Entry<String, String> name : names.entrySet()) {
            script = script.replace(":\"" + name.getKey() + '"', '"' + name.getValue() + '"');
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(script);
        }
    }
}
