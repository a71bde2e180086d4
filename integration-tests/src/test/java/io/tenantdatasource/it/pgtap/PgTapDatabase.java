package io.tenantdatasource.it.pgtap;

import io.tenantdatasource.test.DatabaseTemplate;
import io.tenantdatasource.test.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/** The example's schema, with pgTAP. What tests do to it is rolled back by themselves. */
final class PgTapDatabase implements AutoCloseable {

    private final DatabaseTemplate schema;
    private final TestDatabase database;

    PgTapDatabase() throws SQLException, IOException {
        PgProve.requireInstalled();
        this.schema = Example.schema();
        this.database = schema.copy();
        PgProve.loadInto(database);
    }

    TestDatabase database() {
        return database;
    }

    Tap run(Path file) {
        return PgProve.run(database.administrator(), file);
    }

    Tap run(String sql) {
        try {
            Path file = Files.createTempFile("pgtap", ".sql");
            Files.writeString(file, sql);
            Tap tap = run(file);
            Files.delete(file);
            return tap;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        database.close();
        schema.close();
    }
}
